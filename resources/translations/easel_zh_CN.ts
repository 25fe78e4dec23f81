<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>AboutWindow</name>
    <message>
        <source>About Easel</source>
        <translation>关于 Easel</translation>
    </message>
    <message>
        <source>Easel itself</source>
        <translation>Easel 本身</translation>
    </message>
    <message>
        <source>Easel {version}
Paints pictures from words on this computer, and sends nothing anywhere.
Licence: Apache-2.0. The parts it is made of:</source>
        <translation>Easel {version}
在这台电脑上根据文字作画，不向任何地方发送任何内容。
许可证：Apache-2.0。组成部分：</translation>
    </message>
    <message>
        <source>Everything else inside</source>
        <translation>包含的其他部分</translation>
    </message>
    <message>
        <source>Icons</source>
        <translation>图标</translation>
    </message>
    <message>
        <source>Karlo, where it is downloaded</source>
        <translation>Karlo（若已下载）</translation>
    </message>
    <message>
        <source>Licences</source>
        <translation>许可证</translation>
    </message>
    <message>
        <source>Part</source>
        <translation>部分</translation>
    </message>
    <message>
        <source>Pictures that the Starter learned from</source>
        <translation>Starter 学习所用的图片</translation>
    </message>
</context>
<context>
    <name>AdjustmentWindow</name>
    <message>
        <source>Apply</source>
        <translation>应用</translation>
    </message>
    <message>
        <source>Computing…</source>
        <translation>正在计算…</translation>
    </message>
    <message>
        <source>Show it in the picture</source>
        <translation>在图片中显示</translation>
    </message>
</context>
<context>
    <name>CandidatesPanel</name>
    <message>
        <source>4 more</source>
        <translation>再来 4 张</translation>
    </message>
    <message>
        <source>About the pictures</source>
        <translation>关于这些图片</translation>
    </message>
    <message>
        <source>Accept</source>
        <translation>采用</translation>
    </message>
    <message>
        <source>Before and after: how much of the original is shown at the left</source>
        <translation>前后对比：左侧显示多少原图</translation>
    </message>
    <message>
        <source>Click a picture to see it in the frame</source>
        <translation>单击图片即可在画框中查看</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>丢弃</translation>
    </message>
    <message>
        <source>Four more of the same kind, beside these</source>
        <translation>在这些之外再画四张同类图片</translation>
    </message>
    <message>
        <source>Keep as layer</source>
        <translation>保留为图层</translation>
    </message>
    <message>
        <source>Painting…</source>
        <translation>正在绘制…</translation>
    </message>
    <message>
        <source>Picture {number} of {count} · seed {seed}</source>
        <translation>第 {number} 张，共 {count} 张 · 种子 {seed}</translation>
    </message>
    <message>
        <source>Pictures of this run</source>
        <translation>本次的图片</translation>
    </message>
    <message>
        <source>Reject all</source>
        <translation>全部拒绝</translation>
    </message>
    <message>
        <source>The original</source>
        <translation>原图</translation>
    </message>
    <message>
        <source>Variations of the chosen picture, as far away as the panel Vary says</source>
        <translation>所选图片的变体，远近由“变化”面板决定</translation>
    </message>
    <message>
        <source>Vary</source>
        <translation>变化</translation>
    </message>
    <message>
        <source>Your pictures will appear here</source>
        <translation>您的图片会显示在这里</translation>
    </message>
    <message>
        <source>orig</source>
        <translation>原图</translation>
    </message>
</context>
<context>
    <name>CanvasSurface</name>
    <message>
        <source>Painting…</source>
        <translation>正在绘制…</translation>
    </message>
    <message>
        <source>Write a prompt above and press Enter · or drop or paste a picture here</source>
        <translation>在上方写提示词并按回车 · 或把图片拖放或粘贴到这里</translation>
    </message>
</context>
<context>
    <name>CanvasView</name>
    <message>
        <source>Canvas</source>
        <translation>画布</translation>
    </message>
</context>
<context>
    <name>CardPanel</name>
    <message>
        <source>Build an engine for your NVIDIA card? About {download} are downloaded from the index of Python packages, and about {disk} stay on this computer. Libraries of NVIDIA are among them, under NVIDIA&apos;s own licences.</source>
        <translation>要为您的 NVIDIA 显卡构建引擎吗？将从 Python 软件包索引下载约 {download}，约 {disk} 会留在这台电脑上。其中包含 NVIDIA 的库，采用 NVIDIA 自己的许可。</translation>
    </message>
    <message>
        <source>Card</source>
        <translation>显卡</translation>
    </message>
    <message>
        <source>Download</source>
        <translation type="unfinished">下载</translation>
    </message>
    <message>
        <source>Download and build</source>
        <translation>下载并构建</translation>
    </message>
    <message>
        <source>Easel comes with an engine for the processor. This builds one for an NVIDIA card in your own folder, from packages that are downloaded when you ask for it.</source>
        <translation>Easel 自带用于处理器的引擎。这里会在您自己的文件夹中为 NVIDIA 显卡构建一个引擎，所用软件包在您要求时下载。</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation type="unfinished">保留</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation type="unfinished">暂不</translation>
    </message>
    <message>
        <source>On the disk</source>
        <translation>占用磁盘</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation type="unfinished">移除</translation>
    </message>
    <message>
        <source>Remove the engine for your NVIDIA card? {size} are deleted; Easel then paints on the processor. It can be built again.</source>
        <translation>要移除用于 NVIDIA 显卡的引擎吗？将删除 {size}；之后 Easel 用处理器绘制。可以重新构建。</translation>
    </message>
    <message>
        <source>Use my NVIDIA card</source>
        <translation>使用我的 NVIDIA 显卡</translation>
    </message>
    <message>
        <source>about {size}</source>
        <translation>约 {size}</translation>
    </message>
    <message>
        <source>looking for it</source>
        <translation>正在查找</translation>
    </message>
    <message>
        <source>made for another version of Easel</source>
        <translation>为另一版本的 Easel 构建</translation>
    </message>
    <message>
        <source>no NVIDIA card, or no driver for it, was found on this computer</source>
        <translation>在这台电脑上没有找到 NVIDIA 显卡或其驱动程序</translation>
    </message>
    <message>
        <source>ready</source>
        <translation type="unfinished">就绪</translation>
    </message>
    <message>
        <source>starting</source>
        <translation type="unfinished">正在开始</translation>
    </message>
    <message>
        <source>unfinished</source>
        <translation>未完成</translation>
    </message>
    <message>
        <source>{name}; its driver is too old, install version 580 or newer</source>
        <translation>{name}；其驱动程序太旧，请安装 580 或更新版本</translation>
    </message>
</context>
<context>
    <name>ChannelRow</name>
    <message>
        <source>How much of it: below 0 leads away from it; double-click resets</source>
        <translation>用多少：低于 0 则远离它；双击恢复</translation>
    </message>
    <message>
        <source>How much of its style: below 0 leads away from it; double-click resets</source>
        <translation>用多少它的风格：低于 0 则远离它；双击恢复</translation>
    </message>
    <message>
        <source>Mute: leave it out</source>
        <translation>静音：不计入</translation>
    </message>
    <message>
        <source>Picture in the mix</source>
        <translation>混合中的图片</translation>
    </message>
    <message>
        <source>Solo: leave all others out</source>
        <translation>独奏：不计入其他各项</translation>
    </message>
    <message>
        <source>Style</source>
        <translation>风格</translation>
    </message>
    <message>
        <source>Subject</source>
        <translation>主题</translation>
    </message>
    <message>
        <source>Take it out of the mix</source>
        <translation>从混合中移除</translation>
    </message>
    <message>
        <source>Weight</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>Weight of its style</source>
        <translation>风格的权重</translation>
    </message>
    <message>
        <source>Weight of its subject</source>
        <translation>主题的权重</translation>
    </message>
    <message>
        <source>Words in the mix</source>
        <translation>混合中的文字</translation>
    </message>
    <message>
        <source>Words near this picture</source>
        <translation>与此图片相近的词</translation>
    </message>
    <message>
        <source>Words near this picture: add one, or lead away from it</source>
        <translation>与此图片相近的词：加入其中一个，或远离它</translation>
    </message>
</context>
<context>
    <name>Clipboard</name>
    <message>
        <source>No layer is chosen; click one in the list of layers first.</source>
        <translation>没有选中图层；请先在图层列表中单击一个。</translation>
    </message>
    <message>
        <source>Pasted picture</source>
        <translation>粘贴的图片</translation>
    </message>
    <message>
        <source>There is no picture on the clipboard; copy one and paste again.</source>
        <translation>剪贴板上没有图片；请复制一张再粘贴。</translation>
    </message>
    <message>
        <source>There is nothing of “{name}” to copy there; select another part.</source>
        <translation>“{name}”在那里没有可复制的内容；请选择其他部分。</translation>
    </message>
    <message>
        <source>There is nothing to copy yet; paint or open a picture first.</source>
        <translation>还没有可复制的内容；请先绘制或打开图片。</translation>
    </message>
    <message>
        <source>This was to be pasted into the picture that was here before; paste it again to have it in this one.</source>
        <translation>这原本要粘贴到之前在这里的图片中；要放到当前图片中，请重新粘贴。</translation>
    </message>
</context>
<context>
    <name>ColourWheel</name>
    <message>
        <source>Colour wheel; arrows turn the hue</source>
        <translation>色轮；方向键转动色相</translation>
    </message>
</context>
<context>
    <name>ColoursPanel</name>
    <message>
        <source>Colour</source>
        <translation>颜色</translation>
    </message>
    <message>
        <source>Colour as hexadecimal number</source>
        <translation>十六进制颜色值</translation>
    </message>
    <message>
        <source>Hex</source>
        <translation>Hex</translation>
    </message>
    <message>
        <source>Second colour; click to paint with it</source>
        <translation>第二种颜色；单击即可用它作画</translation>
    </message>
    <message>
        <source>Swap the colours</source>
        <translation>交换颜色</translation>
    </message>
    <message>
        <source>Swap the colours (X)</source>
        <translation>交换颜色 (X)</translation>
    </message>
    <message>
        <source>Used before:</source>
        <translation>用过的颜色：</translation>
    </message>
</context>
<context>
    <name>ContactSheet</name>
    <message>
        <source>Contact sheet</source>
        <translation>小样图</translation>
    </message>
    <message>
        <source>Mixes across the pad</source>
        <translation>整个混合板上的混合</translation>
    </message>
    <message>
        <source>Paint mixes from all over the pad in few steps; choose one to go there</source>
        <translation>用少量步数绘制整个混合板上的混合；选择一个即可移到那里</translation>
    </message>
</context>
<context>
    <name>CreatePage</name>
    <message>
        <source>A result</source>
        <translation>一个结果</translation>
    </message>
    <message>
        <source>PNG picture</source>
        <translation>PNG 图片</translation>
    </message>
    <message>
        <source>Pictures of this run</source>
        <translation>本次的图片</translation>
    </message>
    <message>
        <source>Save a copy</source>
        <translation>保存副本</translation>
    </message>
</context>
<context>
    <name>DetailsSide</name>
    <message>
        <source>About the chosen picture</source>
        <translation>关于所选图片</translation>
    </message>
    <message>
        <source>C&amp;ollections</source>
        <translation>收藏夹(&amp;O)</translation>
    </message>
    <message>
        <source>Choose a picture to see how it was made.</source>
        <translation>选择一张图片，查看它是如何制作的。</translation>
    </message>
    <message>
        <source>Facts</source>
        <translation>信息</translation>
    </message>
    <message>
        <source>No words belong to this picture.</source>
        <translation>这张图片没有附带文字。</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>提示词</translation>
    </message>
    <message numerus="yes">
        <source>Show the {count} it was made from</source>
        <translation>
            <numerusform>显示制作它所用的 {count} 张图片</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Show the {count} made of it</source>
        <translation>
            <numerusform>显示由它制作的 {count} 张图片</numerusform>
        </translation>
    </message>
    <message>
        <source>Show what it was made from</source>
        <translation>显示制作它所用的图片</translation>
    </message>
    <message>
        <source>Show what was made of it</source>
        <translation>显示由它制作的图片</translation>
    </message>
    <message>
        <source>T&amp;ags</source>
        <translation>标签(&amp;A)</translation>
    </message>
    <message>
        <source>The chosen picture</source>
        <translation>所选图片</translation>
    </message>
    <message>
        <source>What it was made from</source>
        <translation>制作它所用的图片</translation>
    </message>
    <message>
        <source>What was made of it</source>
        <translation>由它制作的图片</translation>
    </message>
    <message>
        <source>separated by commas</source>
        <translation>用逗号分隔</translation>
    </message>
    <message numerus="yes">
        <source>{count} pictures are selected</source>
        <translation>
            <numerusform>已选择 {count} 张图片</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>DifferenceRow</name>
    <message>
        <source>From</source>
        <translation>从</translation>
    </message>
    <message>
        <source>How far</source>
        <translation>多远</translation>
    </message>
    <message>
        <source>How far the picture goes from the one to the other</source>
        <translation>图片从一端向另一端走多远</translation>
    </message>
    <message>
        <source>Take this change away</source>
        <translation>移除这项改动</translation>
    </message>
    <message>
        <source>To</source>
        <translation>到</translation>
    </message>
    <message>
        <source>Use this change</source>
        <translation>使用这项改动</translation>
    </message>
    <message>
        <source>Use this change, or leave it out for now</source>
        <translation>使用这项改动，或暂时不用</translation>
    </message>
    <message>
        <source>from … (may stay empty)</source>
        <translation>从…（可以留空）</translation>
    </message>
    <message>
        <source>to …</source>
        <translation>到…</translation>
    </message>
</context>
<context>
    <name>Easel</name>
    <message>
        <source>A copy of unsaved work is being kept again.</source>
        <translation>又能为未保存的作品保留副本了。</translation>
    </message>
    <message>
        <source>A copy of unsaved work was damaged and cannot be read; it is kept in {folder} for {days_kept} days. Look there if you miss something.</source>
        <translation>一份未保存作品的副本已损坏，无法读取；它会在 {folder} 中保留 {days_kept} 天。如果缺了什么，请到那里查看。</translation>
    </message>
    <message>
        <source>A feather of {feather} cannot be used; choose 0 to 256.</source>
        <translation>不能使用羽化值 {feather}；请选择 0 到 256。</translation>
    </message>
    <message>
        <source>A film needs two ends; put a picture or a text into both places.</source>
        <translation>影片需要两端；请在两处各放入一张图片或一段文字。</translation>
    </message>
    <message>
        <source>A hole is painted at the size of the picture; leave the size out, or enlarge the picture first.</source>
        <translation>空洞按图片的尺寸绘制；请不要指定尺寸，或先放大图片。</translation>
    </message>
    <message>
        <source>A likeness is a picture; write words into the prompt instead.</source>
        <translation>参照必须是图片；文字请写入提示词。</translation>
    </message>
    <message>
        <source>A login page answered instead of the publisher; open a browser, log in to this network, then continue. {kept}</source>
        <translation>应答的是登录页面而不是发布者；请打开浏览器登录此网络，然后继续。{kept}</translation>
    </message>
    <message>
        <source>A mask cannot grow by {grow}; choose -256 to 256.</source>
        <translation>蒙版不能扩展 {grow}；请选择 -256 到 256。</translation>
    </message>
    <message>
        <source>A mix takes two pictures, or a picture and words; select another picture, or write into the prompt.</source>
        <translation>混合需要两张图片，或一张图片加文字；请再选一张图片，或写下提示词。</translation>
    </message>
    <message>
        <source>A path has two ends; ask for at least 2 pictures.</source>
        <translation>路径有两端；请至少要求 2 张图片。</translation>
    </message>
    <message>
        <source>A picture cannot be enlarged {scale} times; choose 2 or 4.</source>
        <translation>图片不能放大到 {scale} 倍；请选择 2 或 4。</translation>
    </message>
    <message>
        <source>A picture of {width} × {height} pixels cannot be worked on; use one of up to {largest_input} pixels on a side.</source>
        <translation>无法处理 {width} × {height} 像素的图片；请使用每边不超过 {largest_input} 像素的图片。</translation>
    </message>
    <message>
        <source>A picture that this one was made from is not on this computer, so it cannot be made again; it is safe as it is. Ask for variations of it instead.</source>
        <translation>制作这张图片所用的一张图片不在这台电脑上，所以无法重新制作；它本身是安全的。请改为制作它的变体。</translation>
    </message>
    <message>
        <source>A picture&apos;s own noise is found and used by the sampler {sampler} alone; choose it, or let the composition change freely.</source>
        <translation>只有采样器 {sampler} 能找回并使用图片自身的噪声；请选择它，或让构图自由变化。</translation>
    </message>
    <message>
        <source>A second decoder for Kandinsky 2.2 that fills holes and extends pictures.</source>
        <translation>Kandinsky 2.2 的第二个解码器，用于填充空洞和扩展图片。</translation>
    </message>
    <message>
        <source>A small picture is being painted to test the device; nothing of yours changes.</source>
        <translation>正在绘制一张小图以测试设备；您的内容不会有任何改变。</translation>
    </message>
    <message>
        <source>A stored embedding has no composition to keep; give the picture, or let the composition change freely.</source>
        <translation>存储的嵌入没有可保留的构图；请提供图片，或让构图自由变化。</translation>
    </message>
    <message>
        <source>A weight in the mix is no number; choose one, such as 1.</source>
        <translation>混合中的一个权重不是数字；请选择一个，例如 1。</translation>
    </message>
    <message>
        <source>A {name} of {scale} cannot be used; choose from 0 to 50.</source>
        <translation>{name} 不能为 {scale}；请选择 0 到 50。</translation>
    </message>
    <message>
        <source>A {name} of {side} pixels cannot be made; choose 16 to {largest_side}.</source>
        <translation>{name} 不能为 {side} 像素；请选择 16 到 {largest_side}。</translation>
    </message>
    <message>
        <source>Accept picture</source>
        <translation>采用图片</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>相加</translation>
    </message>
    <message>
        <source>Add layer mask</source>
        <translation>添加图层蒙版</translation>
    </message>
    <message>
        <source>An idea is one picture, one text or one stored embedding; give exactly one.</source>
        <translation>一个创意是一张图片、一段文字或一个存储的嵌入；请只提供其中一个。</translation>
    </message>
    <message>
        <source>Another Easel is downloading into this folder; wait until it is done, or pause it.</source>
        <translation>另一个 Easel 正在下载到此文件夹；请等它完成，或将其暂停。</translation>
    </message>
    <message>
        <source>Another program has changed “{name}” since Easel read or wrote it. Nothing is saved yet; save over it, which keeps what is there now as a backup, or under another name.</source>
        <translation>自 Easel 读取或写入“{name}”之后，另一个程序更改了它。尚未保存任何内容；您可以覆盖它（现有内容会作为备份保留），或以其他名称保存。</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>外观</translation>
    </message>
    <message>
        <source>Apple card</source>
        <translation>Apple 显卡</translation>
    </message>
    <message>
        <source>Apply layer mask</source>
        <translation>应用图层蒙版</translation>
    </message>
    <message>
        <source>As the model has it</source>
        <translation>按模型设定</translation>
    </message>
    <message>
        <source>As the model needs it</source>
        <translation>按模型需要</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>Blur</source>
        <translation>模糊</translation>
    </message>
    <message>
        <source>Chalk</source>
        <translation>粉笔</translation>
    </message>
    <message>
        <source>Change blend mode</source>
        <translation>更改混合模式</translation>
    </message>
    <message>
        <source>Change guides</source>
        <translation>更改参考线</translation>
    </message>
    <message>
        <source>Change opacity</source>
        <translation>更改不透明度</translation>
    </message>
    <message>
        <source>Change seam</source>
        <translation>更改接缝</translation>
    </message>
    <message>
        <source>Charcoal</source>
        <translation>炭笔</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>清除</translation>
    </message>
    <message>
        <source>Clear mask</source>
        <translation>清除蒙版</translation>
    </message>
    <message>
        <source>Click a colour to select it · Shift adds, Alt subtracts, both intersect</source>
        <translation>单击一种颜色进行选择 · Shift 添加，Alt 减去，同时按则取交集</translation>
    </message>
    <message>
        <source>Click or drag to take a colour; Ctrl does the same with every brush</source>
        <translation>单击或拖动以取色；用任何画笔时按 Ctrl 都可以</translation>
    </message>
    <message>
        <source>Click to fill an area of like colour; as a gradient, drag from one colour to the other</source>
        <translation>单击填充颜色相近的区域；渐变时从一种颜色拖到另一种</translation>
    </message>
    <message>
        <source>Click to go closer, Alt+click to go away, drag sideways for any scale</source>
        <translation>单击放大，Alt+单击缩小，横向拖动可任意缩放</translation>
    </message>
    <message>
        <source>Colour</source>
        <translation>颜色</translation>
    </message>
    <message>
        <source>Colour burn</source>
        <translation>颜色加深</translation>
    </message>
    <message>
        <source>Colour dodge</source>
        <translation>颜色减淡</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>颜色</translation>
    </message>
    <message>
        <source>Computes on</source>
        <translation>计算设备</translation>
    </message>
    <message>
        <source>Copy of unsaved work</source>
        <translation>未保存工作的副本</translation>
    </message>
    <message>
        <source>Copy or download this file again; your pictures and the other files are not touched.</source>
        <translation>请重新复制或下载此文件；您的图片和其他文件未受影响。</translation>
    </message>
    <message>
        <source>Corners scale, edges stretch, inside moves, outside turns · Enter applies, Escape undoes</source>
        <translation>角缩放，边拉伸，内部移动，外部旋转 · Enter 应用，Esc 撤销</translation>
    </message>
    <message>
        <source>Costs a little time of every picture.</source>
        <translation>每张图片会多花一点时间。</translation>
    </message>
    <message>
        <source>Crop</source>
        <translation>裁剪</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Darken</source>
        <translation>变暗</translation>
    </message>
    <message>
        <source>Decoder</source>
        <translation>解码器</translation>
    </message>
    <message>
        <source>Decoder guidance</source>
        <translation>解码器引导强度</translation>
    </message>
    <message>
        <source>Decoder steps</source>
        <translation>解码器步数</translation>
    </message>
    <message>
        <source>Delete layer</source>
        <translation>删除图层</translation>
    </message>
    <message>
        <source>Delete layer mask</source>
        <translation>删除图层蒙版</translation>
    </message>
    <message>
        <source>Delete selection</source>
        <translation>删除选区</translation>
    </message>
    <message>
        <source>Deselect</source>
        <translation>取消选择</translation>
    </message>
    <message>
        <source>Difference</source>
        <translation>差值</translation>
    </message>
    <message>
        <source>Drag inside to move, an edge to resize, outside to draw a new one; Alt: no snapping</source>
        <translation>在内部拖动以移动，拖边调整大小，在外部拖出新的；Alt：不吸附</translation>
    </message>
    <message>
        <source>Drag to erase · Shift+click: straight line · Shift+drag or [ ]: size</source>
        <translation>拖动以擦除 · Shift+单击:直线 · Shift+拖动或 [ ]:大小</translation>
    </message>
    <message>
        <source>Drag to move the layer or what is selected of it; Shift: one direction; arrows nudge</source>
        <translation>拖动以移动图层或其中选中的部分；Shift：单一方向；方向键微移</translation>
    </message>
    <message>
        <source>Drag to move the view; Space does the same with every tool</source>
        <translation>拖动以移动视图；任何工具下按空格键都可以</translation>
    </message>
    <message>
        <source>Drag to paint · Shift+click: straight line · Shift+drag or [ ]: size · hold Ctrl: pick a colour</source>
        <translation>拖动以绘画 · Shift+单击:直线 · Shift+拖动或 [ ]:大小 · 按住 Ctrl:取色</translation>
    </message>
    <message>
        <source>Drag to select · Shift adds, Alt subtracts, both intersect · click: select nothing</source>
        <translation>拖动以选择 · Shift 添加，Alt 减去，同时按则取交集 · 单击：取消选择</translation>
    </message>
    <message>
        <source>Drag to turn the view; Shift stops every 15 degrees</source>
        <translation>拖动以旋转视图；Shift 每 15 度停一次</translation>
    </message>
    <message>
        <source>Drag what to keep, Enter cuts, Escape leaves everything as it was</source>
        <translation>拖出要保留的部分，Enter 裁剪，Esc 保持原样</translation>
    </message>
    <message>
        <source>Draw around an area, or click corners where sides are straight: Enter closes it · Shift adds, Alt subtracts, both intersect</source>
        <translation>绕着区域画一圈；直边时单击各个角，按 Enter 闭合 · Shift 添加，Alt 减去，同时按则取交集</translation>
    </message>
    <message>
        <source>Duplicate layer</source>
        <translation>复制图层</translation>
    </message>
    <message>
        <source>Easel cannot keep a copy of unsaved work in {parent}: {error}. Your picture is unchanged; save it, then make room there.</source>
        <translation>Easel 无法在 {parent} 保留未保存作品的副本：{error}。您的图片没有改变；请先保存，再在那里腾出空间。</translation>
    </message>
    <message>
        <source>Easel cannot keep a copy of unsaved work in {root}: {error}. Your picture is unchanged; save it, then make room there.</source>
        <translation>Easel 无法在 {root} 保留未保存作品的副本：{error}。您的图片没有改变；请先保存，再在那里腾出空间。</translation>
    </message>
    <message>
        <source>Easel cannot look for unsaved work in {root} ({strerror}). Nothing there was changed; check who may read it, then start Easel again.</source>
        <translation>Easel 无法在 {root} 中查找未保存的作品（{strerror}）。那里没有任何改动；请检查谁有读取权限，然后重新启动 Easel。</translation>
    </message>
    <message>
        <source>Easel is still busy with another model; wait for it or pause it.</source>
        <translation>Easel 还在处理另一个模型；请等待或将其暂停。</translation>
    </message>
    <message>
        <source>Easel is still busy with the card; wait for it or pause it.</source>
        <translation>Easel 还在处理显卡；请等待或暂停。</translation>
    </message>
    <message>
        <source>Engine</source>
        <translation>引擎</translation>
    </message>
    <message>
        <source>Enlarged</source>
        <translation>放大的图片</translation>
    </message>
    <message>
        <source>Enlarged {scale} times the picture would have {width} × {height} pixels, more than can be held; choose a smaller factor or crop it first.</source>
        <translation>放大 {scale} 倍后图片会有 {width} × {height} 像素，超出可容纳的范围；请选择较小的倍数，或先裁剪。</translation>
    </message>
    <message>
        <source>Erase</source>
        <translation>擦除</translation>
    </message>
    <message>
        <source>Erase mask</source>
        <translation>擦除蒙版</translation>
    </message>
    <message>
        <source>Every {deep_every} steps cannot be used; choose 1 to {most_steps_apart}.</source>
        <translation>不能每 {deep_every} 步一次；请选择 1 到 {most_steps_apart}。</translation>
    </message>
    <message>
        <source>Exclusion</source>
        <translation>排除</translation>
    </message>
    <message>
        <source>Exported to {report}</source>
        <translation>已导出到 {report}</translation>
    </message>
    <message>
        <source>Exported to {report}, but how it was made could not be written into the file.</source>
        <translation>已导出到 {report}，但制作方式未能写入文件。</translation>
    </message>
    <message>
        <source>Extend picture</source>
        <translation>扩展图片</translation>
    </message>
    <message>
        <source>Feather of results</source>
        <translation>结果的羽化</translation>
    </message>
    <message>
        <source>Feather selection</source>
        <translation>羽化选区</translation>
    </message>
    <message>
        <source>Files and folders</source>
        <translation>文件与文件夹</translation>
    </message>
    <message>
        <source>Files say how they were made</source>
        <translation>在文件中记录制作方式</translation>
    </message>
    <message>
        <source>Fill</source>
        <translation>填充</translation>
    </message>
    <message>
        <source>Fill mask</source>
        <translation>填充蒙版</translation>
    </message>
    <message>
        <source>Filled in</source>
        <translation>填充的部分</translation>
    </message>
    <message>
        <source>Finishing</source>
        <translation>收尾</translation>
    </message>
    <message>
        <source>Fix result</source>
        <translation>固定结果</translation>
    </message>
    <message>
        <source>Flatten picture</source>
        <translation>拼合图片</translation>
    </message>
    <message>
        <source>Flip layer</source>
        <translation>翻转图层</translation>
    </message>
    <message>
        <source>Found in {name}: {parts}.</source>
        <translation>在 {name} 中找到：{parts}。</translation>
    </message>
    <message>
        <source>Full (32 bits)</source>
        <translation>全精度（32 位）</translation>
    </message>
    <message>
        <source>Gallery</source>
        <translation>图库</translation>
    </message>
    <message>
        <source>Gradient</source>
        <translation>渐变</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>组</translation>
    </message>
    <message>
        <source>Group layers</source>
        <translation>将图层编组</translation>
    </message>
    <message>
        <source>Grow selection</source>
        <translation>扩大选区</translation>
    </message>
    <message>
        <source>Growth of the mask</source>
        <translation>蒙版扩展</translation>
    </message>
    <message>
        <source>Guidance from {begin} until {end} of the way cannot be used; choose two numbers from 0 to 1, the smaller one first.</source>
        <translation>不能在全程的 {begin} 到 {end} 之间使用引导；请选择 0 到 1 之间的两个数，小的在前。</translation>
    </message>
    <message>
        <source>Half (16 bits)</source>
        <translation>半精度（16 位）</translation>
    </message>
    <message>
        <source>Half takes half the memory and is quicker on cards; a seed may then give a slightly different picture.</source>
        <translation>半精度只占一半内存，在显卡上更快；同一种子画出的图片可能略有不同。</translation>
    </message>
    <message>
        <source>Hard light</source>
        <translation>强光</translation>
    </message>
    <message>
        <source>Hide layer</source>
        <translation>隐藏图层</translation>
    </message>
    <message>
        <source>High contrast</source>
        <translation>高对比度</translation>
    </message>
    <message>
        <source>High contrast is black and white with strong outlines.</source>
        <translation>高对比度为黑白配色，轮廓分明。</translation>
    </message>
    <message>
        <source>How far a filled-in part reaches beyond its mask; below 0 it stays inside.</source>
        <translation>填充的部分超出蒙版多远；低于 0 则留在蒙版之内。</translation>
    </message>
    <message>
        <source>How far a filled-in part takes on the colours around it.</source>
        <translation>填充的部分在多大程度上采用周围的颜色。</translation>
    </message>
    <message>
        <source>How far new parts take after the rest</source>
        <translation>新内容与其余部分的相似程度</translation>
    </message>
    <message>
        <source>How far the meaning of variations may drift</source>
        <translation>变体的含义可以偏离多远</translation>
    </message>
    <message>
        <source>How far their composition may</source>
        <translation>变体的构图可以偏离多远</translation>
    </message>
    <message>
        <source>How many of the processor&apos;s threads paint. Fewer leave room for other programs.</source>
        <translation>用处理器的多少个线程作画。少一些可以给其他程序留出余地。</translation>
    </message>
    <message>
        <source>How often a picture that has a project file is written into it. Beside that, unsaved work is kept after every action, for the next start to offer.</source>
        <translation>有项目文件的图片多久写入一次。此外，未保存的工作在每次操作后都会保留，并在下次启动时提供。</translation>
    </message>
    <message>
        <source>How often the decoder goes over a picture. More take longer and show finer detail.</source>
        <translation>解码器处理一张图片的次数。越多越慢，细节越精细。</translation>
    </message>
    <message>
        <source>How often the prior refines the idea that it makes of your words.</source>
        <translation>先验模型打磨由文字得出的创意的次数。</translation>
    </message>
    <message>
        <source>How softly a filled-in part runs into what was there.</source>
        <translation>填充的部分与原有内容过渡得多柔和。</translation>
    </message>
    <message>
        <source>How strictly the decoder keeps to the idea. Too much makes colours harsh.</source>
        <translation>解码器遵循创意的严格程度。太高会使颜色刺眼。</translation>
    </message>
    <message>
        <source>How strictly the idea keeps to your words. Less gives more variety.</source>
        <translation>创意遵循文字的严格程度。低一些更多样。</translation>
    </message>
    <message>
        <source>Hue</source>
        <translation>色相</translation>
    </message>
    <message>
        <source>Hue and saturation</source>
        <translation>色相和饱和度</translation>
    </message>
    <message>
        <source>If what you choose is not in this computer, the processor does it. On Linux, Generate ▸ Models… builds an engine for an NVIDIA card.</source>
        <translation>如果这台电脑没有所选设备，则由处理器计算。在 Linux 上，“生成 ▸ 模型…”可以为 NVIDIA 显卡构建引擎。</translation>
    </message>
    <message>
        <source>In Easel&apos;s own folder</source>
        <translation>在 Easel 自己的文件夹中</translation>
    </message>
    <message>
        <source>Invert mask</source>
        <translation>反转蒙版</translation>
    </message>
    <message>
        <source>Invert selection</source>
        <translation>反转选区</translation>
    </message>
    <message>
        <source>Isolate group</source>
        <translation>隔离组</translation>
    </message>
    <message>
        <source>It does not work: the engine failed in a way nobody foresaw. Nothing of yours is lost; choose the processor instead.</source>
        <translation>无法运行：引擎以意料之外的方式失败。您的内容没有丢失；请改选处理器。</translation>
    </message>
    <message>
        <source>It works: a small picture on “{device}” took {seconds} s.</source>
        <translation>可以运行：在“{device}”上画一张小图用了 {seconds} 秒。</translation>
    </message>
    <message>
        <source>Its file is missing; put it back or discard the entry.</source>
        <translation>文件不见了；请放回原处，或丢弃此条目。</translation>
    </message>
    <message>
        <source>Keep as layer</source>
        <translation>保留为图层</translation>
    </message>
    <message>
        <source>Keep the seed</source>
        <translation>固定种子</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>按键</translation>
    </message>
    <message>
        <source>Keys and mouse</source>
        <translation>按键与鼠标</translation>
    </message>
    <message>
        <source>Keys of your own</source>
        <translation>自定义按键</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Large and detailed; 512 to 1024 pixels. A graphics card makes it quick.</source>
        <translation>尺寸大、细节多；512 到 1024 像素。有显卡时速度快。</translation>
    </message>
    <message>
        <source>Larger files that lose nothing.</source>
        <translation>文件较大，但不损失任何内容。</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>图层</translation>
    </message>
    <message>
        <source>Letters, buttons and icons together. Pictures are shown as before.</source>
        <translation>文字、按钮和图标一起变化。图片的显示不变。</translation>
    </message>
    <message>
        <source>Levels</source>
        <translation>色阶</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Lighten</source>
        <translation>变亮</translation>
    </message>
    <message>
        <source>Load models in parts</source>
        <translation>分部分加载模型</translation>
    </message>
    <message>
        <source>Load selection</source>
        <translation>载入选区</translation>
    </message>
    <message>
        <source>Loading the model</source>
        <translation>正在载入模型</translation>
    </message>
    <message>
        <source>Lock layer</source>
        <translation>锁定图层</translation>
    </message>
    <message>
        <source>Lock transparency</source>
        <translation>锁定透明度</translation>
    </message>
    <message>
        <source>Looking</source>
        <translation>正在查看</translation>
    </message>
    <message>
        <source>Luminosity</source>
        <translation>明度</translation>
    </message>
    <message>
        <source>Mask from selection</source>
        <translation>由选区建立蒙版</translation>
    </message>
    <message>
        <source>Matching of colours</source>
        <translation>颜色匹配</translation>
    </message>
    <message>
        <source>Memory budget</source>
        <translation>内存上限</translation>
    </message>
    <message>
        <source>Memory for undo</source>
        <translation>撤销所用内存</translation>
    </message>
    <message>
        <source>Menus appear at once, nothing slides or fades, and the cursor does not blink.</source>
        <translation>菜单立即出现，没有滑动或淡入淡出，光标不闪烁。</translation>
    </message>
    <message>
        <source>Merge down</source>
        <translation>向下合并</translation>
    </message>
    <message>
        <source>Merge group</source>
        <translation>合并组</translation>
    </message>
    <message>
        <source>Mix</source>
        <translation>混合</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Move frame</source>
        <translation>移动画框</translation>
    </message>
    <message>
        <source>Move layer</source>
        <translation>移动图层</translation>
    </message>
    <message>
        <source>Move selection</source>
        <translation>移动选区</translation>
    </message>
    <message>
        <source>Multiply</source>
        <translation>正片叠底</translation>
    </message>
    <message>
        <source>NVIDIA card</source>
        <translation>NVIDIA 显卡</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>从不</translation>
    </message>
    <message>
        <source>New group</source>
        <translation>新建组</translation>
    </message>
    <message>
        <source>New layer</source>
        <translation>新建图层</translation>
    </message>
    <message>
        <source>New picture</source>
        <translation>新建图片</translation>
    </message>
    <message>
        <source>No layer is chosen; click one in the list of layers first.</source>
        <translation>没有选中图层；请先在图层列表中单击一个。</translation>
    </message>
    <message>
        <source>No picture is chosen; click one in the tray first.</source>
        <translation>没有选中图片；请先在托盘中单击一张。</translation>
    </message>
    <message>
        <source>No style would be left of this mix; give the style of a picture or text a weight above 0.</source>
        <translation>这样混合不会剩下任何风格；请给某张图片或某段文字的风格大于 0 的权重。</translation>
    </message>
    <message>
        <source>No style would be left of this mix; give the style of something a weight.</source>
        <translation>这样混合不会剩下任何风格；请给某一项的风格加上权重。</translation>
    </message>
    <message>
        <source>Noise can only be recovered from pictures; give two pictures or one fixed noise.</source>
        <translation>只能从图片中找回噪声；请提供两张图片，或一份固定的噪声。</translation>
    </message>
    <message>
        <source>Normal</source>
        <translation>正常</translation>
    </message>
    <message>
        <source>Not all of {root} could be removed ({strerror}); quit Easel&apos;s other windows and remove the folder by hand.</source>
        <translation>{root} 中有内容无法移除（{strerror}）；请关闭 Easel 的其他窗口，并手动移除该文件夹。</translation>
    </message>
    <message>
        <source>Nothing is empty or marked in these frames; choose a side, or erase what is to be painted.</source>
        <translation>这些框内没有空白或标记；请选择一侧，或擦除要绘制的部分。</translation>
    </message>
    <message>
        <source>Nothing is in the mix yet; put in a picture or write a text.</source>
        <translation>混合中还没有内容；请放入图片或写一段文字。</translation>
    </message>
    <message>
        <source>Nothing is marked; erase or select what is to be painted, or generate instead.</source>
        <translation>没有标记任何内容；请擦除或选择要绘制的部分，或改用“生成”。</translation>
    </message>
    <message>
        <source>Nothing is selected; select a part of the picture first.</source>
        <translation>没有选择任何内容；请先选择图片的一部分。</translation>
    </message>
    <message>
        <source>Nothing is selected; select something first.</source>
        <translation>没有选区；请先选择一些内容。</translation>
    </message>
    <message>
        <source>Nothing is to be changed yet; write what the picture should become.</source>
        <translation>还没有要改动的内容；请写下图片应变成什么样。</translation>
    </message>
    <message>
        <source>Nothing is to be changed; say what the picture should become.</source>
        <translation>没有要改动的内容；请说明图片应变成什么样。</translation>
    </message>
    <message>
        <source>Nothing of the work kept in {folder} can be read; the folder was not changed. Look for another copy of the picture.</source>
        <translation>{folder} 中保留的作品都无法读取；文件夹没有改动。请寻找图片的其他副本。</translation>
    </message>
    <message>
        <source>Nothing would be left of the selection; it stays as it was. Try a smaller number.</source>
        <translation>选区将不剩任何内容，因此保持原样。请试试更小的数值。</translation>
    </message>
    <message>
        <source>Nothing would be left of this mix; give a picture or text a weight above 0, and look whether it is muted.</source>
        <translation>这样混合什么都不会剩下；请给某张图片或某段文字大于 0 的权重，并检查它是否被静音。</translation>
    </message>
    <message>
        <source>Nothing would be left of this mix; give something a weight.</source>
        <translation>这样混合什么都不会剩下；请给某一项加上权重。</translation>
    </message>
    <message>
        <source>Of files that you export. Smaller numbers make smaller files.</source>
        <translation>用于导出的文件。数字越小，文件越小。</translation>
    </message>
    <message>
        <source>On a path</source>
        <translation>路径途中</translation>
    </message>
    <message>
        <source>Only pictures can be kept as they are, and one end is a text; put in a picture, or let the ends be painted.</source>
        <translation>只有图片能原样保留，而其中一端是文字；请放入图片，或让两端也由模型绘制。</translation>
    </message>
    <message>
        <source>Only the part at work is in memory, and pictures are painted one after the other. Takes least memory and about twice the time.</source>
        <translation>内存中只有正在工作的部分，图片逐张绘制。占用内存最少，时间约为两倍。</translation>
    </message>
    <message>
        <source>Only {value} % overlaps; move the frame closer to the picture.</source>
        <translation>只重叠 {value} %；请把画框移近图片。</translation>
    </message>
    <message>
        <source>Open picture</source>
        <translation>打开图片</translation>
    </message>
    <message>
        <source>Open project</source>
        <translation>打开项目</translation>
    </message>
    <message>
        <source>Overlay</source>
        <translation>叠加</translation>
    </message>
    <message>
        <source>Paint</source>
        <translation>绘制</translation>
    </message>
    <message>
        <source>Paint layer mask</source>
        <translation>绘制图层蒙版</translation>
    </message>
    <message>
        <source>Paint mask</source>
        <translation>绘制蒙版</translation>
    </message>
    <message>
        <source>Painted from words</source>
        <translation>根据文字绘制</translation>
    </message>
    <message>
        <source>Painted over</source>
        <translation>重绘</translation>
    </message>
    <message>
        <source>Painting</source>
        <translation>绘制</translation>
    </message>
    <message>
        <source>Paints at 64 pixels and enlarges to 256. It has no inpainting checkpoint: known pixels are kept by blending them in while it paints.</source>
        <translation>以 64 像素作画，再放大到 256。它没有专门的填充权重：已知像素在绘制过程中混入，从而得以保留。</translation>
    </message>
    <message>
        <source>Pass group through</source>
        <translation>组穿透</translation>
    </message>
    <message>
        <source>Paste picture</source>
        <translation>粘贴图片</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>Pictures per run</source>
        <translation>每次图片数</translation>
    </message>
    <message>
        <source>Place picture</source>
        <translation>放置图片</translation>
    </message>
    <message>
        <source>Precision</source>
        <translation>精度</translation>
    </message>
    <message>
        <source>Prior</source>
        <translation>先验</translation>
    </message>
    <message>
        <source>Prior guidance</source>
        <translation>先验引导强度</translation>
    </message>
    <message>
        <source>Prior steps</source>
        <translation>先验步数</translation>
    </message>
    <message>
        <source>Processor</source>
        <translation>处理器</translation>
    </message>
    <message>
        <source>Prompt, seed and settings are written into the files that you save and export.</source>
        <translation>提示词、种子和设置会写入您保存和导出的文件。</translation>
    </message>
    <message>
        <source>Quality of JPEG and WebP</source>
        <translation>JPEG 和 WebP 的质量</translation>
    </message>
    <message>
        <source>Recover unsaved work</source>
        <translation>恢复未保存的作品</translation>
    </message>
    <message>
        <source>Recovering</source>
        <translation>正在找回</translation>
    </message>
    <message>
        <source>Reduced motion</source>
        <translation>减少动态效果</translation>
    </message>
    <message>
        <source>Rename layer</source>
        <translation>重命名图层</translation>
    </message>
    <message>
        <source>Reorder layers</source>
        <translation>重新排列图层</translation>
    </message>
    <message>
        <source>Restore mask</source>
        <translation>恢复蒙版</translation>
    </message>
    <message>
        <source>Reworded</source>
        <translation>改写</translation>
    </message>
    <message>
        <source>Sampler</source>
        <translation>采样器</translation>
    </message>
    <message>
        <source>Saturation</source>
        <translation>饱和度</translation>
    </message>
    <message>
        <source>Save projects by themselves</source>
        <translation>自动保存项目</translation>
    </message>
    <message>
        <source>Save selection</source>
        <translation>保存选区</translation>
    </message>
    <message>
        <source>Saved to {path}</source>
        <translation>已保存到 {path}</translation>
    </message>
    <message>
        <source>Say first what you do want: choose More like this for a picture, or describe it by meaning.</source>
        <translation>请先说明您想要什么：对一张图片选择“更多类似的”，或按含义描述。</translation>
    </message>
    <message>
        <source>Screen</source>
        <translation>滤色</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>种子</translation>
    </message>
    <message>
        <source>Select</source>
        <translation>选择</translation>
    </message>
    <message>
        <source>Select all</source>
        <translation>全选</translation>
    </message>
    <message>
        <source>Select layer&apos;s pixels</source>
        <translation>选择图层的像素</translation>
    </message>
    <message>
        <source>Selection from mask</source>
        <translation>由蒙版建立选区</translation>
    </message>
    <message>
        <source>Sharpen</source>
        <translation>锐化</translation>
    </message>
    <message>
        <source>Show layer</source>
        <translation>显示图层</translation>
    </message>
    <message>
        <source>Show pictures while they are painted</source>
        <translation>绘制过程中显示图片</translation>
    </message>
    <message>
        <source>Shrink selection</source>
        <translation>缩小选区</translation>
    </message>
    <message>
        <source>Size of everything</source>
        <translation>整体大小</translation>
    </message>
    <message>
        <source>Small and quick; comes with Easel. Simple pictures of everyday things.</source>
        <translation>小巧快速；随 Easel 附带。能画日常事物的简单图片。</translation>
    </message>
    <message>
        <source>Soft light</source>
        <translation>柔光</translation>
    </message>
    <message>
        <source>Some of the unsaved work could not be read and is missing: {names}. What you see is all there is; save it under a new name.</source>
        <translation>部分未保存的作品无法读取，已缺失：{names}。您看到的就是全部；请用新名称保存。</translation>
    </message>
    <message>
        <source>Something on the way changes the files it passes on; try another network. {kept}</source>
        <translation>途中有东西改动了传输的文件；请换一个网络。{kept}</translation>
    </message>
    <message>
        <source>Strength of painting over</source>
        <translation>重绘强度</translation>
    </message>
    <message>
        <source>Taken in from a file</source>
        <translation>从文件收录</translation>
    </message>
    <message>
        <source>Test device</source>
        <translation>测试设备</translation>
    </message>
    <message>
        <source>The card or its driver failed; nothing of your picture is lost. Paint on the processor, or start Easel again before you try the card once more.</source>
        <translation>显卡或其驱动程序出错；您的图片没有丢失。请在处理器上绘制，或重新启动 Easel 后再试显卡。</translation>
    </message>
    <message>
        <source>The disk is full, and {left} GB of the model are still to come. What was downloaded is kept. Free {short} GB and press Continue, or choose another folder for models under Edit ▸ Settings…, where the download begins anew.</source>
        <translation>磁盘已满，模型还有 {left} GB 没有下载。已下载的部分会保留。请腾出 {short} GB 并按“继续”，或在“编辑 ▸ 设置…”中为模型选择其他文件夹，下载将在那里重新开始。</translation>
    </message>
    <message>
        <source>The disk is full. {kept} Free {need} GB, then continue.</source>
        <translation>磁盘已满。{kept} 请腾出 {need} GB，然后继续。</translation>
    </message>
    <message>
        <source>The download was sent on to {place}, which is not on Easel&apos;s list, so it was stopped; what is here is kept. Try another network or mirror.</source>
        <translation>下载被转到 {place}，它不在 Easel 的名单上，所以已停止；已有的部分会保留。请换一个网络或镜像。</translation>
    </message>
    <message>
        <source>The download was sent round in circles; try another network or mirror.</source>
        <translation>下载被来回转接；请换一个网络或镜像。</translation>
    </message>
    <message>
        <source>The download was stopped; what is here is kept.</source>
        <translation>下载已停止；已有的部分会保留。</translation>
    </message>
    <message>
        <source>The engine stopped unexpectedly; nothing of your picture is lost. Press Generate to start it again.</source>
        <translation>引擎意外停止；您的图片没有任何损失。按“生成”即可重新启动。</translation>
    </message>
    <message>
        <source>The engine that was built for the card cannot be started ({reason}); nothing of your picture is lost. Build it anew or stop using it, under “NVIDIA card”.</source>
        <translation>为显卡构建的引擎无法启动（{reason}）；您的图片没有任何损失。请在“NVIDIA 显卡”下重新构建，或停止使用它。</translation>
    </message>
    <message>
        <source>The engine was built, but computes on “{device}”: it finds no NVIDIA card that it can use. Install the newest driver for the card, then continue.</source>
        <translation>引擎已构建，但在“{device}”上计算：它找不到可用的 NVIDIA 显卡。请安装显卡的最新驱动程序，然后继续。</translation>
    </message>
    <message>
        <source>The fastest there is</source>
        <translation>最快的可用设备</translation>
    </message>
    <message>
        <source>The file {path} of {title} is not on this computer; download the model or choose the folder it is in.</source>
        <translation>{title} 的文件 {path} 不在这台电脑上；请下载模型，或选择它所在的文件夹。</translation>
    </message>
    <message>
        <source>The files of {missing} are damaged or not where they were, so nothing is painted with it. Your pictures are safe; say where the files are, get them again, or paint with the Starter for now.</source>
        <translation>{missing} 的文件已损坏或不在原处，因此没有用它绘制。您的图片是安全的；请指明文件位置、重新获取，或暂时用 Starter 绘制。</translation>
    </message>
    <message>
        <source>The folder {folder} cannot be written to ({strerror}); choose another one.</source>
        <translation>无法写入文件夹 {folder}（{strerror}）；请选择其他文件夹。</translation>
    </message>
    <message>
        <source>The folder {folder} does not hold the {part} of a model that Easel knows; its shapes are others. Nothing was changed; choose another folder.</source>
        <translation>文件夹 {folder} 中没有 Easel 认识的模型的 {part}；形状不符。没有任何改动；请选择其他文件夹。</translation>
    </message>
    <message>
        <source>The folder “{name}” could not be made in {parent}; nothing was written. Choose another place.</source>
        <translation>无法在 {parent} 中建立文件夹“{name}”；没有写入任何内容。请选择其他位置。</translation>
    </message>
    <message>
        <source>The gallery cannot search by meaning: nothing can be written into {cache}. Your pictures are safe; make room there and search again.</source>
        <translation>图库无法按含义搜索：无法写入 {cache}。您的图片是安全的；请在那里腾出空间，再次搜索。</translation>
    </message>
    <message>
        <source>The gallery in {parent} cannot be read or written; nothing there was changed. Check that the disk has room and that you may write there, then start Easel again.</source>
        <translation>无法读写 {parent} 中的图库；那里没有任何改动。请检查磁盘空间和写入权限，然后重新启动 Easel。</translation>
    </message>
    <message>
        <source>The gallery is in use by another Easel window; pictures made in this one are kept as files and listed at the next start. Close one of the two windows.</source>
        <translation>图库正由另一个 Easel 窗口使用；在此窗口制作的图片会保存为文件，下次启动时列入。请关闭其中一个窗口。</translation>
    </message>
    <message>
        <source>The gallery was written by a later Easel and is left as it is; pictures made now are kept as files. Update Easel to see them all.</source>
        <translation>图库由更新版本的 Easel 写入，因此保持原样；现在制作的图片会保存为文件。请更新 Easel 以查看全部。</translation>
    </message>
    <message>
        <source>The gallery&apos;s list in {parent} was damaged; your pictures are safe in the folder beside it, and the list is made anew from them.</source>
        <translation>{parent} 中的图库列表已损坏；您的图片安全地保存在旁边的文件夹中，列表正由它们重新建立。</translation>
    </message>
    <message>
        <source>The index of packages has another {name} than the one on Easel&apos;s list, so nothing was fetched. Try another index, or look for a newer Easel.</source>
        <translation>软件包索引中的 {name} 与 Easel 列表中的不同，因此没有下载任何内容。请换一个索引，或查找更新的 Easel。</translation>
    </message>
    <message>
        <source>The keys of the program that you know.</source>
        <translation>采用您熟悉的程序的按键。</translation>
    </message>
    <message>
        <source>The layer “{name}” is empty; choose one with a picture on it.</source>
        <translation>图层“{name}”是空的；请选择一个有图片的图层。</translation>
    </message>
    <message>
        <source>The layer “{name}” is empty; choose one with something on it.</source>
        <translation>图层“{name}”是空的；请选择一个有内容的图层。</translation>
    </message>
    <message>
        <source>The layer “{name}” is hidden; show it to paint on it.</source>
        <translation>图层“{name}”已隐藏；请先显示它再绘制。</translation>
    </message>
    <message>
        <source>The layer “{name}” is locked; unlock it to change it.</source>
        <translation>图层“{name}”已锁定；请先解锁再改动。</translation>
    </message>
    <message>
        <source>The layer “{name}” is locked; unlock it to move it.</source>
        <translation>图层“{name}”已锁定；请先解锁再移动。</translation>
    </message>
    <message>
        <source>The list of packages for the card is not understood; try again later, or with another index of packages.</source>
        <translation>无法理解显卡的软件包列表；请稍后再试，或换一个软件包索引。</translation>
    </message>
    <message>
        <source>The list of words ({name}) is not on this computer; it comes with Easel, so install Easel again.</source>
        <translation>词表（{name}）不在这台电脑上；它随 Easel 附带，请重新安装 Easel。</translation>
    </message>
    <message>
        <source>The mask is not of the picture&apos;s size; draw it anew.</source>
        <translation>蒙版的尺寸与图片不符；请重新绘制。</translation>
    </message>
    <message>
        <source>The mirror&apos;s address is not understood; it has to begin with https:// and a host.</source>
        <translation>无法理解镜像地址；它必须以 https:// 和主机名开头。</translation>
    </message>
    <message>
        <source>The model file {folder} is not on this computer; download the model or choose the folder it is in.</source>
        <translation>模型文件 {folder} 不在这台电脑上；请下载模型，或选择它所在的文件夹。</translation>
    </message>
    <message>
        <source>The model file {parent} is not on this computer but {name} needs it; copy or download it again.</source>
        <translation>模型文件 {parent} 不在这台电脑上，但 {name} 需要它；请重新复制或下载。</translation>
    </message>
    <message>
        <source>The model file {path} cannot be read ({strerror}); check that it is there and may be read, or copy it again.</source>
        <translation>无法读取模型文件 {path}（{strerror}）；请检查它是否存在、是否允许读取，或重新复制。</translation>
    </message>
    <message>
        <source>The model file {pickled} is pickled, and opening such a file could run any program hidden in it; get the model as .safetensors and put that in its place.</source>
        <translation>模型文件 {pickled} 是 pickle 格式，打开它可能会运行其中隐藏的任何程序；请获取 .safetensors 格式的模型并替换它。</translation>
    </message>
    <message>
        <source>The model {title} cannot do this; choose another model for it.</source>
        <translation>模型 {title} 做不到这一点；请选择其他模型。</translation>
    </message>
    <message>
        <source>The model&apos;s arithmetic went out of range and no picture could be made of it; nothing is lost, choose a lower guidance, another sampler or another seed.</source>
        <translation>模型的计算超出范围，无法生成图片；没有任何损失，请降低引导强度，或换一个采样器或种子。</translation>
    </message>
    <message>
        <source>The model&apos;s file {path} is damaged; install the model again, your pictures are safe.</source>
        <translation>模型的文件 {path} 已损坏；请重新安装模型，您的图片是安全的。</translation>
    </message>
    <message>
        <source>The model&apos;s file {path} is missing; install the model again, your pictures are safe.</source>
        <translation>模型的文件 {path} 不见了；请重新安装模型，您的图片是安全的。</translation>
    </message>
    <message>
        <source>The most that a model may take. With less it is loaded in parts, which is slower.</source>
        <translation>一个模型最多可占用的内存。较少时会分部分载入，速度较慢。</translation>
    </message>
    <message>
        <source>The other side {fault} Nothing was fetched from it; {kept}</source>
        <translation>对方{fault} 没有从那里获取任何内容；{kept}</translation>
    </message>
    <message>
        <source>The picture has more than {most_layers} layers, or groups more than {deepest} deep, which is more than a project holds; nothing was written. Merge some of them and save again.</source>
        <translation>图片的图层超过 {most_layers} 个，或组的层级超过 {deepest} 层，超出了项目的容量；没有写入任何内容。请合并一些后再保存。</translation>
    </message>
    <message>
        <source>The picture has more than {most_saved} saved selections or {most_guides} guides, which is more than a project holds; nothing was written. Remove some of them and save again.</source>
        <translation>图片保存的选区超过 {most_saved} 个，或参考线超过 {most_guides} 条，超出了项目的容量；没有写入任何内容。请移除一些后再保存。</translation>
    </message>
    <message>
        <source>The picture is kept in the gallery, but how it was made could not be written down. Accept or export it as usual.</source>
        <translation>图片已保存在图库中，但制作方式未能记录下来。请照常采用或导出。</translation>
    </message>
    <message>
        <source>The picture is not in 8-bit RGB or RGBA; convert it first.</source>
        <translation>图片不是 8 位 RGB 或 RGBA；请先转换。</translation>
    </message>
    <message>
        <source>The picture is {width} pixels long and {name} ends at {largest_side}; nothing was written. Export it as PNG instead.</source>
        <translation>图片长 {width} 像素，而 {name} 的上限是 {largest_side}；没有写入任何内容。请改为导出 PNG。</translation>
    </message>
    <message>
        <source>The picture spans {width} × {height} pixels with all of its layers, more than a project holds; nothing was written. Move or erase what lies far out, or merge some layers, and save again.</source>
        <translation>图片连同所有图层跨越 {width} × {height} 像素，超出了项目的容量；没有写入任何内容。请移动或擦除远处的内容，或合并一些图层后再保存。</translation>
    </message>
    <message>
        <source>The picture spans {width} × {height} pixels, too many for one file; nothing was written. Hide or move layers that lie far out and export again.</source>
        <translation>图片跨越 {width} × {height} 像素，对一个文件来说太多；没有写入任何内容。请隐藏或移动离得很远的图层，再次导出。</translation>
    </message>
    <message>
        <source>The program uv that came with Easel cannot be started ({strerror}); install Easel anew.</source>
        <translation>Easel 自带的程序 uv 无法启动（{strerror}）；请重新安装 Easel。</translation>
    </message>
    <message>
        <source>The project would take {megabytes} MB, more than the {most} MB that it may take; nothing was written. Merge some layers, or move a part to another project, and save again.</source>
        <translation>项目将占用 {megabytes} MB，超过允许的 {most} MB；没有写入任何内容。请合并一些图层，或把一部分移到另一个项目后再保存。</translation>
    </message>
    <message>
        <source>The prompt has {prompt} characters and the model reads only the first few dozen words; shorten it to {longest_prompt} characters or fewer.</source>
        <translation>提示词有 {prompt} 个字符，而模型只读前几十个词；请缩短到 {longest_prompt} 个字符以内。</translation>
    </message>
    <message>
        <source>The prompt is empty; describe the picture you want in a few words.</source>
        <translation>提示词为空；请用几个词描述您想要的图片。</translation>
    </message>
    <message>
        <source>The proxy did not let Easel through ({error}); check its address, name and password. {kept}</source>
        <translation>代理没有放行 Easel（{error}）；请检查其地址、用户名和密码。{kept}</translation>
    </message>
    <message>
        <source>The proxy wants a name and a password; write them into its address under “Mirror and proxy”, like http://name:password@proxy.example:8080. {kept}</source>
        <translation>代理要求用户名和密码；请在“镜像和代理”下写入其地址，例如 http://name:password@proxy.example:8080。{kept}</translation>
    </message>
    <message>
        <source>The proxy&apos;s address is not understood; write it like http://proxy.example:8080.</source>
        <translation>无法理解代理地址；请按 http://proxy.example:8080 的格式书写。</translation>
    </message>
    <message>
        <source>The publisher does not have this file any more; look for a newer Easel. {kept}</source>
        <translation>发布者已不再提供此文件；请寻找更新的 Easel。{kept}</translation>
    </message>
    <message>
        <source>The publisher does not let everybody have this model; accept its licence on the publisher&apos;s page, write an access token of yours under “Mirror and proxy”, then continue. {kept}</source>
        <translation>发布者不向所有人提供此模型；请在发布者的页面接受其许可，在“镜像和代理”下输入您的访问令牌，然后继续。{kept}</translation>
    </message>
    <message>
        <source>The publisher wants an access token for this model; write one under “Mirror and proxy”, then continue. {kept}</source>
        <translation>发布者要求此模型的访问令牌；请在“镜像和代理”下输入令牌，然后继续。{kept}</translation>
    </message>
    <message>
        <source>The publisher&apos;s name leads to {address} here, which is in a network of somebody&apos;s own, so nothing was asked of it; what is here is kept. If that is as it should be, type the publisher&apos;s address as a mirror, then continue.</source>
        <translation>发布者的名称在这里指向 {address}，它位于私有网络中，因此没有向它请求任何内容；已有的内容会保留。如果这正是您想要的，请将发布者的地址输入为镜像，然后继续。</translation>
    </message>
    <message>
        <source>The rule by which noise becomes a picture.</source>
        <translation>由噪声变成图片的规则。</translation>
    </message>
    <message>
        <source>The seed {seed} cannot be used; choose a whole number from 0 to {largest_seed}.</source>
        <translation>不能使用种子 {seed}；请选择 0 到 {largest_seed} 的整数。</translation>
    </message>
    <message>
        <source>The selection holds nothing of this layer; choose another layer or select none.</source>
        <translation>选区中没有此图层的内容；请选择其他图层，或取消选择。</translation>
    </message>
    <message>
        <source>The selection was changed meanwhile, and is as you left it; try again.</source>
        <translation>选区在此期间已被更改，现保持您所改的样子；请重试。</translation>
    </message>
    <message>
        <source>The settings file</source>
        <translation>设置文件</translation>
    </message>
    <message>
        <source>The smaller copy of {name} could not be written ({strerror}); the large file is as it was. Free some room and try again.</source>
        <translation>无法写入 {name} 的较小副本（{strerror}）；大文件保持原样。请腾出空间再试。</translation>
    </message>
    <message>
        <source>The smaller copy of {name} reads back differently, so it was not kept and nothing was changed; check the disk.</source>
        <translation>{name} 的较小副本读回时不一致，所以没有保留，也没有任何改动；请检查磁盘。</translation>
    </message>
    <message>
        <source>The source answered {status} and refused the download; try again later. {kept}</source>
        <translation>来源返回 {status} 并拒绝了下载；请稍后再试。{kept}</translation>
    </message>
    <message>
        <source>The source cannot be reached ({broken}). {kept} Check the network, then continue.</source>
        <translation>无法连接来源（{broken}）。{kept} 请检查网络，然后继续。</translation>
    </message>
    <message>
        <source>The source does not say how long {name} is, or claims far too much; it was not fetched. Try another network or mirror.</source>
        <translation>来源没有说明 {name} 的长度，或声称过大；没有获取它。请换一个网络或镜像。</translation>
    </message>
    <message>
        <source>The source has another {name} than the one on Easel&apos;s list ({announced} bytes, not {size}), so it was not fetched. Try another network or mirror, or look for a newer Easel.</source>
        <translation>来源的 {name} 与 Easel 名单上的不同（{announced} 字节，而不是 {size}），所以没有获取。请换一个网络或镜像，或寻找更新的 Easel。</translation>
    </message>
    <message>
        <source>The stored embedding is damaged; use the picture instead.</source>
        <translation>存储的嵌入已损坏；请改用图片。</translation>
    </message>
    <message>
        <source>The test of the device was given up; it says nothing about the device.</source>
        <translation>设备测试已取消；它不能说明设备的状况。</translation>
    </message>
    <message>
        <source>The transparency of “{name}” is locked; unlock it to erase.</source>
        <translation>“{name}”的透明度已锁定；请先解锁再擦除。</translation>
    </message>
    <message>
        <source>The upscaler file {path} {fault}; choose another one, or leave it out to use the model&apos;s own.</source>
        <translation>放大模型文件 {path} {fault}；请选择其他文件，或不指定以使用模型自带的。</translation>
    </message>
    <message>
        <source>The wheel moves the view, and zooms with Ctrl or Alt; otherwise it zooms.</source>
        <translation>滚轮移动视图，配合 Ctrl 或 Alt 缩放；关闭时滚轮缩放。</translation>
    </message>
    <message>
        <source>The wheel scrolls</source>
        <translation>滚轮用于滚动</translation>
    </message>
    <message>
        <source>The {name} has {text} characters; shorten it to {longest_prompt}.</source>
        <translation>{name} 有 {text} 个字符；请缩短到 {longest_prompt}。</translation>
    </message>
    <message>
        <source>There is no file {file} and no verb of that name, so nothing was opened; easel --help says what can be written here.</source>
        <translation>没有文件 {file}，也没有这个名字的命令，因此没有打开任何内容；easel --help 会说明这里可以写什么。</translation>
    </message>
    <message>
        <source>There is no layer to move yet; paint, open or generate a picture first.</source>
        <translation>还没有可移动的图层；请先绘制、打开或生成图片。</translation>
    </message>
    <message>
        <source>There is no model in {folder} that Easel knows. Choose the folder that holds kandinsky-2-2-prior or karlo-v1-alpha, a fine-tune with a folder “unet” or “prior” in it, or a Hugging Face cache.</source>
        <translation>{folder} 中没有 Easel 认识的模型。请选择包含 kandinsky-2-2-prior 或 karlo-v1-alpha 的文件夹、含有“unet”或“prior”文件夹的微调模型，或 Hugging Face 缓存。</translation>
    </message>
    <message>
        <source>There is no picture to reword yet; put one in, such as what the frame shows.</source>
        <translation>还没有可改写的图片；请放入一张，例如画框中显示的内容。</translation>
    </message>
    <message>
        <source>There is no picture yet; paint, open or generate one first.</source>
        <translation>还没有图片；请先绘制、打开或生成一张。</translation>
    </message>
    <message>
        <source>There is no room for the smaller copy of {name}: it needs {size} GB until the large file is gone. Nothing was changed; free some room and try again.</source>
        <translation>没有空间存放 {name} 的较小副本：在大文件删除之前需要 {size} GB。没有任何改动；请腾出空间再试。</translation>
    </message>
    <message>
        <source>There is no sampler called {sampler}; choose one of {samplers}.</source>
        <translation>没有名为 {sampler} 的采样器；请从 {samplers} 中选择。</translation>
    </message>
    <message>
        <source>There is no screen to open a window on, so nothing was opened; set DISPLAY, or paint without a window: easel --help names the verbs.</source>
        <translation>没有可以打开窗口的屏幕，因此没有打开任何内容；请设置 DISPLAY，或不用窗口绘制：easel --help 会列出命令。</translation>
    </message>
    <message>
        <source>There is not enough memory for this picture; your work is safe. Choose fewer or smaller pictures, or close other programs.</source>
        <translation>内存不足以绘制此图片；您的作品是安全的。请选择更少或更小的图片，或关闭其他程序。</translation>
    </message>
    <message>
        <source>There is not enough memory for this picture; your work is safe. {side} × {side_2} pixels should fit, so choose that or fewer pictures, or close other programs.</source>
        <translation>内存不足以绘制此图片；您的作品是安全的。{side} × {side_2} 像素应该放得下；请选择该尺寸或更少的图片，或关闭其他程序。</translation>
    </message>
    <message>
        <source>There is not enough room in {folder}: {need} GB are needed, with some to spare. Nothing was fetched; free {short} GB or choose another folder, then try again.</source>
        <translation>{folder} 空间不足：连同余量需要 {need} GB。没有获取任何内容；请腾出 {short} GB 或选择其他文件夹，然后再试。</translation>
    </message>
    <message>
        <source>There is nothing to embed; give a picture or a text.</source>
        <translation>没有可嵌入的内容；请提供图片或文字。</translation>
    </message>
    <message>
        <source>There is nothing to erase yet; paint, open or generate a picture first.</source>
        <translation>还没有可擦除的内容；请先绘制、打开或生成图片。</translation>
    </message>
    <message>
        <source>There is nothing to go back to yet; accept a result that this model painted, and it is a bead of this line.</source>
        <translation>还没有可以返回的内容；接受一个由此模型绘制的结果，它就会成为这条线上的一颗珠子。</translation>
    </message>
    <message>
        <source>There is nothing to paint more of yet; generate a picture first.</source>
        <translation>还没有可继续绘制的内容；请先生成图片。</translation>
    </message>
    <message>
        <source>There is only one picture of this kind; ask for variations of it.</source>
        <translation>此类图片只有一张；请制作它的变体。</translation>
    </message>
    <message>
        <source>This copy of Easel has no uv; install Easel anew.</source>
        <translation>这份 Easel 没有 uv；请重新安装 Easel。</translation>
    </message>
    <message>
        <source>This is an inspection; it paints nothing.</source>
        <translation>这是一次检查；不绘制任何内容。</translation>
    </message>
    <message>
        <source>This is painted after what is being painted now.</source>
        <translation>将在当前绘制完成后绘制。</translation>
    </message>
    <message>
        <source>This layer is empty; undo what emptied it, or ask anew.</source>
        <translation>此图层是空的；请撤销清空它的操作，或重新开始。</translation>
    </message>
    <message>
        <source>This layer was mixed or enlarged from others; ask for it where it came from, or for variations of it.</source>
        <translation>此图层由其他图层混合或放大而成；请在它的来源处再次要求，或制作它的变体。</translation>
    </message>
    <message>
        <source>This model cannot compare pictures with words; search by words instead.</source>
        <translation>此模型无法将图片与文字比较；请改为按文字搜索。</translation>
    </message>
    <message>
        <source>This model is not complete on this computer; get it first.</source>
        <translation>此模型在这台电脑上不完整；请先获取。</translation>
    </message>
    <message>
        <source>This needs about {needed} of memory and {free} are free. Nothing was begun and your work is safe; paint smaller, close other programs, or try it all the same.</source>
        <translation>这需要约 {needed} 内存，空闲 {free}。尚未开始，您的工作是安全的；请画小一些、关闭其他程序，或仍然尝试。</translation>
    </message>
    <message>
        <source>This picture does not say how it was made, so it cannot be made again; it is safe as it is. Ask for variations of it instead.</source>
        <translation>这张图片没有记录制作方式，所以无法重新制作；它本身是安全的。请改为制作它的变体。</translation>
    </message>
    <message>
        <source>This picture is not in the gallery any more; choose another one.</source>
        <translation>这张图片已不在图库中；请选择其他图片。</translation>
    </message>
    <message>
        <source>This picture was made by the model “{model}”, which is not the one in use; it is safe as it is. Choose that model and try again.</source>
        <translation>这张图片由模型“{model}”制作，而它当前未使用；图片本身是安全的。请选择该模型再试。</translation>
    </message>
    <message>
        <source>This picture was made by the model “{title}”, which is not the one in use: of these words and this seed it makes another picture. Choose that model to make the same again.</source>
        <translation>这张图片由模型“{title}”绘制，而当前使用的是另一个模型：用同样的文字和种子会得到不同的图片。要再画出同一张，请选择那个模型。</translation>
    </message>
    <message>
        <source>This stored embedding was made by another model than {title}; use the picture it came from, or choose that model.</source>
        <translation>此存储的嵌入由 {title} 以外的模型制作；请使用它来自的图片，或选择那个模型。</translation>
    </message>
    <message>
        <source>Threads</source>
        <translation>线程数</translation>
    </message>
    <message>
        <source>Transform</source>
        <translation>变换</translation>
    </message>
    <message>
        <source>Transform layer</source>
        <translation>变换图层</translation>
    </message>
    <message>
        <source>Ungroup layers</source>
        <translation>取消图层编组</translation>
    </message>
    <message>
        <source>Unlock layer</source>
        <translation>解锁图层</translation>
    </message>
    <message>
        <source>Unlock transparency</source>
        <translation>解锁透明度</translation>
    </message>
    <message>
        <source>Variation</source>
        <translation>变体</translation>
    </message>
    <message>
        <source>Variations are made of a picture; to paint a text, generate it.</source>
        <translation>变体由图片制作；要绘制文字，请使用“生成”。</translation>
    </message>
    <message>
        <source>WebP without loss</source>
        <translation>无损 WebP</translation>
    </message>
    <message>
        <source>What Easel itself says. Prompts are understood in English, whatever stands here.</source>
        <translation>Easel 自身的文字。无论这里选什么，提示词都按英语理解。</translation>
    </message>
    <message>
        <source>What earlier states of the picture may take. Beyond it the oldest are forgotten.</source>
        <translation>图片的早先状态可占用的内存。超出后忘记最旧的。</translation>
    </message>
    <message>
        <source>What is here is kept.</source>
        <translation>已有的部分会保留。</translation>
    </message>
    <message>
        <source>What you changed of them.</source>
        <translation>您更改过的按键。</translation>
    </message>
    <message>
        <source>Where every finished picture is kept. Pictures made before stay where they are.</source>
        <translation>存放每张完成图片的位置。以前制作的图片留在原处。</translation>
    </message>
    <message>
        <source>Where it is kept after every action, for the next start after a crash. It may be another disk.</source>
        <translation>每次操作后保存在哪里，供崩溃后下次启动使用。可以是另一个磁盘。</translation>
    </message>
    <message>
        <source>Where models that you get are kept. Models got before stay where they are.</source>
        <translation>存放您获取的模型的位置。以前获取的模型留在原处。</translation>
    </message>
    <message>
        <source>Words cannot be reworded; put in a picture.</source>
        <translation>文字无法改写；请放入图片。</translation>
    </message>
    <message>
        <source>You paint the layer itself again.</source>
        <translation>现在又在图层本身上绘画。</translation>
    </message>
    <message>
        <source>You paint the layer&apos;s mask now: black hides, white shows. “Paint the layer, not its mask” leads back.</source>
        <translation>现在在图层蒙版上绘画:黑色隐藏,白色显示。用“绘制图层而非蒙版”返回。</translation>
    </message>
    <message>
        <source>Your unsaved work is back; save it to keep it.</source>
        <translation>未保存的作品已恢复；请保存以保留它。</translation>
    </message>
    <message>
        <source>a folder of that name is in the way</source>
        <translation>同名文件夹挡住了</translation>
    </message>
    <message>
        <source>an address that is none</source>
        <translation>一个无效的地址</translation>
    </message>
    <message>
        <source>cannot be read</source>
        <translation>无法读取</translation>
    </message>
    <message>
        <source>claims a header of {length} bytes, more than any model needs</source>
        <translation>声称文件头有 {length} 字节，超过任何模型所需</translation>
    </message>
    <message>
        <source>claims {header} tensors, more than any model needs</source>
        <translation>声称有 {header} 个张量，超过任何模型所需</translation>
    </message>
    <message>
        <source>describes a noise schedule that Easel does not know</source>
        <translation>描述了 Easel 不认识的噪声调度</translation>
    </message>
    <message>
        <source>does not enlarge colour pictures</source>
        <translation>不能放大彩色图片</translation>
    </message>
    <message>
        <source>does not say in which files the model is</source>
        <translation>没有说明模型在哪些文件中</translation>
    </message>
    <message>
        <source>download the model or choose the folder that holds {repository}</source>
        <translation>请下载模型，或选择包含 {repository} 的文件夹</translation>
    </message>
    <message>
        <source>gives {name} a size that does not fit its shape</source>
        <translation>给出的 {name} 大小与其形状不符</translation>
    </message>
    <message>
        <source>has a certificate for somebody else, so it may not be the publisher.</source>
        <translation>的证书属于别人，因此可能不是发布者。</translation>
    </message>
    <message>
        <source>has a certificate that is not valid today; is this computer&apos;s clock right?</source>
        <translation>的证书今天无效；这台电脑的时钟准确吗？</translation>
    </message>
    <message>
        <source>has a certificate that nobody this computer trusts has signed. If your company looks into connections, its certificate belongs into the system&apos;s store.</source>
        <translation>的证书没有这台电脑信任的签名。如果您的公司会检查连接，应把它的证书加入系统的证书库。</translation>
    </message>
    <message>
        <source>has a certificate that this computer does not accept.</source>
        <translation>的证书不被这台电脑接受。</translation>
    </message>
    <message>
        <source>has a header that cannot be read</source>
        <translation>的文件头无法读取</translation>
    </message>
    <message>
        <source>has a header that says nothing usable about {name}</source>
        <translation>的文件头没有关于 {name} 的可用信息</translation>
    </message>
    <message>
        <source>has changed since it was published</source>
        <translation>自发布以来已被更改</translation>
    </message>
    <message>
        <source>has tensors that overlap or leave gaps</source>
        <translation>的张量有重叠或空隙</translation>
    </message>
    <message>
        <source>holds values in {name} that are no numbers (NaN or infinity)</source>
        <translation>在 {name} 中含有非数字的值（NaN 或无穷大）</translation>
    </message>
    <message>
        <source>holds {name}, which another file of the model holds too</source>
        <translation>含有 {name}，而模型的另一个文件也含有它</translation>
    </message>
    <message>
        <source>is a pickle file by another name, which could run programs when opened</source>
        <translation>是改了名的 pickle 文件，打开时可能运行程序</translation>
    </message>
    <message>
        <source>is cut off or is no safetensors file</source>
        <translation>不完整，或不是 safetensors 文件</translation>
    </message>
    <message>
        <source>is no table of settings</source>
        <translation>不是设置表</translation>
    </message>
    <message>
        <source>is not the model expected here: it also holds {surplus}</source>
        <translation>不是这里需要的模型：多出 {surplus}</translation>
    </message>
    <message>
        <source>is not the model expected here: it lacks {absent}</source>
        <translation>不是这里需要的模型：缺少 {absent}</translation>
    </message>
    <message>
        <source>is not the model expected here: {sources} is {sizes} where {str} is needed</source>
        <translation>不是这里需要的模型：{sources} 为 {sizes}，而需要 {str}</translation>
    </message>
    <message>
        <source>is of a kind that is not known here</source>
        <translation>属于这里不认识的类型</translation>
    </message>
    <message>
        <source>is {size} bytes long where its header says {end}</source>
        <translation>长 {size} 字节，而文件头说是 {end}</translation>
    </message>
    <message>
        <source>is {size} bytes long where {size_2} are expected</source>
        <translation>长 {size} 字节，而应为 {size_2}</translation>
    </message>
    <message>
        <source>it comes with Easel, so install Easel again</source>
        <translation>它随 Easel 附带，请重新安装 Easel</translation>
    </message>
    <message>
        <source>it has changed at the source</source>
        <translation>它在来源处已改变</translation>
    </message>
    <message>
        <source>it stopped sending</source>
        <translation>它停止了发送</translation>
    </message>
    <message>
        <source>it was made smaller because it has too many pixels</source>
        <translation>因像素过多而被缩小</translation>
    </message>
    <message>
        <source>its 16 bits per colour were reduced to 8</source>
        <translation>它的每色 16 位已减为 8 位</translation>
    </message>
    <message>
        <source>its colour profile could not be used</source>
        <translation>无法使用它的颜色配置文件</translation>
    </message>
    <message>
        <source>its colours for print were converted</source>
        <translation>其印刷颜色已被转换</translation>
    </message>
    <message>
        <source>names a file that is no safetensors file beside it</source>
        <translation>指向旁边一个不是 safetensors 的文件</translation>
    </message>
    <message>
        <source>names a tensor twice</source>
        <translation>两次列出同一个张量</translation>
    </message>
    <message>
        <source>not verified against the publisher</source>
        <translation>未与发布者核对</translation>
    </message>
    <message>
        <source>only its first frame was opened</source>
        <translation>只打开了它的第一帧</translation>
    </message>
    <message>
        <source>reading what is here</source>
        <translation>正在读取已有的部分</translation>
    </message>
    <message>
        <source>resembles an upscaler but does not fit together</source>
        <translation>像是放大模型，但各部分不相符</translation>
    </message>
    <message>
        <source>says 0 for “hidden_size”</source>
        <translation>的“hidden_size”为 0</translation>
    </message>
    <message>
        <source>says a number for “{key}” that is too large</source>
        <translation>的“{key}”数值过大</translation>
    </message>
    <message>
        <source>says {is_value} for {name} where {title} has {must_value}</source>
        <translation>的 {name} 为 {is_value}，而 {title} 为 {must_value}</translation>
    </message>
    <message>
        <source>says {value} for “{key}”, where a list belongs</source>
        <translation>的“{key}”为 {value}，而应为列表</translation>
    </message>
    <message>
        <source>says {value} for “{key}”, where a number belongs</source>
        <translation>的“{key}”为 {value}，而应为数字</translation>
    </message>
    <message>
        <source>says {value} for “{key}”, where a whole number belongs</source>
        <translation>的“{key}”为 {value}，而应为整数</translation>
    </message>
    <message>
        <source>stores {name} as whole numbers</source>
        <translation>将 {name} 存为整数</translation>
    </message>
    <message>
        <source>stores {name} as {dtype}, which no model of this kind uses</source>
        <translation>将 {name} 存为 {dtype}，此类模型都不使用它</translation>
    </message>
    <message>
        <source>the connection was cut</source>
        <translation>连接中断了</translation>
    </message>
    <message>
        <source>the disk is full</source>
        <translation>磁盘已满</translation>
    </message>
    <message>
        <source>the disk reports an error</source>
        <translation>磁盘报告了错误</translation>
    </message>
    <message>
        <source>the folder does not exist</source>
        <translation>文件夹不存在</translation>
    </message>
    <message>
        <source>the name is too long</source>
        <translation>名称太长</translation>
    </message>
    <message>
        <source>the source cannot continue</source>
        <translation>来源无法续传</translation>
    </message>
    <message>
        <source>the system refused it</source>
        <translation>系统拒绝了</translation>
    </message>
    <message>
        <source>there is no connection</source>
        <translation>没有连接</translation>
    </message>
    <message>
        <source>this folder may not be written to</source>
        <translation>不允许写入此文件夹</translation>
    </message>
    <message>
        <source>waiting for the network</source>
        <translation>正在等待网络</translation>
    </message>
    <message>
        <source>was cut off while it was being read</source>
        <translation>在读取时被截断</translation>
    </message>
    <message>
        <source>{article} {name} of {value} cannot be used; choose from 0 to 1.</source>
        <translation>“{article} {name}”不能为 {value}；请选择 0 到 1。</translation>
    </message>
    <message>
        <source>{chosen} candidates cannot be compared; choose 1 to {most_images}.</source>
        <translation>无法比较 {chosen} 个候选；请选择 1 到 {most_images}。</translation>
    </message>
    <message>
        <source>{count} is too few sampling steps for this model; choose at least {least}.</source>
        <translation>{count} 个采样步对此模型太少；请至少选择 {least}。</translation>
    </message>
    <message>
        <source>{count} pictures cannot be made at once; choose 1 to {most_images}.</source>
        <translation>无法一次制作 {count} 张图片；请选择 1 到 {most_images}。</translation>
    </message>
    <message>
        <source>{count} sampling steps do not fit into the {train_steps} noise levels of this model; choose fewer steps.</source>
        <translation>{count} 个采样步超出此模型的 {train_steps} 级噪声；请减少步数。</translation>
    </message>
    <message>
        <source>{error} The damaged one is kept as “{name}”.</source>
        <translation>{error} 损坏的那份以“{name}”保留。</translation>
    </message>
    <message>
        <source>{folder} could not be moved: {error}. Nothing of it is lost; it is offered again at the next start.</source>
        <translation>无法移动 {folder}：{error}。没有任何损失；下次启动时会再次提供。</translation>
    </message>
    <message>
        <source>{kept} of {count} layers of “{name}” were rescued; save them under another name.</source>
        <translation>已从“{name}”的 {count} 个图层中救回 {kept} 个；请用其他名称保存。</translation>
    </message>
    <message>
        <source>{name} arrived damaged and is fetched again.</source>
        <translation>{name} 到达时已损坏，正在重新获取。</translation>
    </message>
    <message>
        <source>{name} arrived damaged twice, so the source itself is damaged; it was not kept. Try again later, or another network or mirror.</source>
        <translation>{name} 两次到达时都已损坏，说明来源本身已损坏；没有保留。请稍后再试，或换一个网络或镜像。</translation>
    </message>
    <message>
        <source>{name} could not be written into {parent} ({strerror}). {kept} Check the folder or choose another one, then continue.</source>
        <translation>无法将 {name} 写入 {parent}（{strerror}）。{kept} 请检查该文件夹或选择其他文件夹，然后继续。</translation>
    </message>
    <message>
        <source>{name} is fetched from its beginning: {why}.</source>
        <translation>{name} 将从头获取：{why}。</translation>
    </message>
    <message>
        <source>{path} is damaged and not in Easel&apos;s own folder, so Easel leaves it alone. Replace or remove it, then try again.</source>
        <translation>{path} 已损坏，且不在 Easel 自己的文件夹中，因此 Easel 不动它。请替换或移除它，然后再试。</translation>
    </message>
    <message>
        <source>{root} cannot be changed ({strerror}).</source>
        <translation>无法更改 {root}（{strerror}）。</translation>
    </message>
    <message>
        <source>{root} cannot be written to ({strerror}); check the folder.</source>
        <translation>无法写入 {root}（{strerror}）；请检查该文件夹。</translation>
    </message>
    <message>
        <source>{steps} {name} cannot be used; choose from 1 to 1000.</source>
        <translation>不能使用 {steps} {name}；请选择 1 到 1000。</translation>
    </message>
    <message>
        <source>{title} cannot be used: {name} is not on this computer; {advice}.</source>
        <translation>无法使用 {title}：{name} 不在这台电脑上；{advice}。</translation>
    </message>
    <message>
        <source>{title} cannot do this kind of work; choose another model.</source>
        <translation>{title} 不能做这类工作；请选择其他模型。</translation>
    </message>
    <message>
        <source>{title} enlarges pictures of up to {largest} pixels a side by itself; choose an upscaler file for this one, or the Starter, which has one.</source>
        <translation>{title} 自身最多能放大每边 {largest} 像素的图片；请为这张图片选择放大模型文件，或选择自带放大功能的 Starter。</translation>
    </message>
    <message>
        <source>{title} has no upscaler of its own; choose an upscaler file, or the Starter, which has one.</source>
        <translation>{title} 没有自带放大模型；请选择放大模型文件，或选择自带放大功能的 Starter。</translation>
    </message>
    <message>
        <source>{what} could not be read, so Easel starts with its defaults; check who may read and write {path}.</source>
        <translation>无法读取{what}，因此 Easel 以默认值启动；请检查谁可以读写 {path}。</translation>
    </message>
    <message>
        <source>{what} did not succeed ({reason}). What is here is kept. Check the network and the room on the disk, then continue.</source>
        <translation>{what} 没有成功（{reason}）。这里已有的内容会保留。请检查网络和磁盘空间，然后继续。</translation>
    </message>
    <message>
        <source>{what} was damaged or could not be read, so Easel starts with its defaults; the old one is kept as “{name}” in {parent}.</source>
        <translation>{what}已损坏或无法读取，因此 Easel 以默认值启动；旧的以“{name}”保留在 {parent} 中。</translation>
    </message>
    <message>
        <source>{words} words cannot be listed; choose 0 to 1000.</source>
        <translation>无法列出 {words} 个词；请选择 0 到 1000。</translation>
    </message>
    <message>
        <source>“{archive_name}” does not fit into the memory that is free now; it was not changed. Close other programs, or make it smaller where it was made.</source>
        <translation>“{archive_name}”超出当前空闲的内存；没有改动它。请关闭其他程序，或在制作它的地方缩小它。</translation>
    </message>
    <message>
        <source>“{archive_name}” holds more pixels than Easel can open; it was not changed. Open it in the program it was made with and make it smaller.</source>
        <translation>“{archive_name}”的像素超出 Easel 能打开的范围；没有改动它。请在制作它的程序中打开并缩小。</translation>
    </message>
    <message>
        <source>“{archive_name}” is no OpenRaster file for Easel; it was not changed. Export it from its program as PNG and open that.</source>
        <translation>“{archive_name}”不是 Easel 可用的 OpenRaster 文件；没有改动它。请在原程序中导出为 PNG 再打开。</translation>
    </message>
    <message>
        <source>“{archive_name}” was opened; {reduced_bits}. The file was not changed, and saving makes a new one.</source>
        <translation>已打开“{archive_name}”；{reduced_bits}。文件没有改动，保存时会另建一个新文件。</translation>
    </message>
    <message>
        <source>“{name}” could not be read from {parent}; check that you may open it, or choose another file.</source>
        <translation>无法从 {parent} 读取“{name}”；请检查打开权限，或选择其他文件。</translation>
    </message>
    <message>
        <source>“{name}” could not be replaced in {parent}: {error}. It is unchanged, and your picture is whole in “{name_2}” beside it; go on with that, or choose another place.</source>
        <translation>无法在 {parent} 替换“{name}”：{error}。原文件没有改变，您的图片完整地保存在它旁边的“{name_2}”中；请使用该文件，或选择其他位置。</translation>
    </message>
    <message>
        <source>“{name}” could not be saved in {parent}: {error}. Your picture and any older file are unchanged; choose another place.</source>
        <translation>无法在 {parent} 保存“{name}”：{error}。您的图片和旧文件没有改变；请选择其他位置。</translation>
    </message>
    <message>
        <source>“{name}” does not say how it was made; your picture is unchanged. Drop it as a layer or into the mix instead.</source>
        <translation>“{name}”没有记录制作方式；您的图片没有改变。请改为将它作为图层放下，或放入混合。</translation>
    </message>
    <message>
        <source>“{name}” exists already and is unchanged; choose that very name to replace it, or another one.</source>
        <translation>“{name}”已存在，没有改变；要替换它请选择同一名称，否则请选择其他名称。</translation>
    </message>
    <message>
        <source>“{name}” exists already in {parent} and is unchanged; choose another name.</source>
        <translation>“{name}”已在 {parent} 中，没有改变；请选择其他名称。</translation>
    </message>
    <message>
        <source>“{name}” has more than {most_layers} layers, or groups more than {deepest} deep, which is more than Easel opens; it was not changed. Merge some of them in the program it was made with.</source>
        <translation>“{name}”的图层超过 {most_layers} 个，或组的嵌套超过 {deepest} 层，超出了 Easel 能打开的范围；文件未被更改。请在制作它的程序中合并一部分。</translation>
    </message>
    <message>
        <source>“{name}” is a folder and no picture; your picture is unchanged. Choose a picture file; a folder with a model is chosen under Generate ▸ Models…</source>
        <translation>“{name}”是文件夹，不是图片；您的图片没有改变。请选择图片文件；含有模型的文件夹请在“生成 ▸ 模型…”中选择。</translation>
    </message>
    <message>
        <source>“{name}” is a group; choose one of its layers to adjust.</source>
        <translation>“{name}”是一个组；请选择其中一个图层进行调整。</translation>
    </message>
    <message>
        <source>“{name}” is a group; choose one of its layers to paint on.</source>
        <translation>“{name}”是一个组；请选择其中一个图层进行绘制。</translation>
    </message>
    <message>
        <source>“{name}” is a model and no picture; your picture is unchanged. Choose the folder it is in under Generate ▸ Models…</source>
        <translation>“{name}”是模型，不是图片；您的图片没有改变。请在“生成 ▸ 模型…”中选择它所在的文件夹。</translation>
    </message>
    <message>
        <source>“{name}” is damaged and cannot be opened; your picture is unchanged. Try another copy of the file.</source>
        <translation>“{name}”已损坏，无法打开；您的图片没有改变。请尝试该文件的其他副本。</translation>
    </message>
    <message>
        <source>“{name}” is damaged: {kept} of its {count} layers can be rescued. The file was not changed; open what is left as a copy, or try another copy of the file.</source>
        <translation>“{name}”已损坏：{count} 个图层中可救回 {kept} 个。文件没有改动；请将剩余部分作为副本打开，或尝试该文件的其他副本。</translation>
    </message>
    <message>
        <source>“{name}” is damaged; only what other programs see of it was opened.</source>
        <translation>“{name}”已损坏；只打开了其他程序能看到的部分。</translation>
    </message>
    <message>
        <source>“{name}” is no project or OpenRaster file, or is damaged beyond rescue; it was not changed. Try another copy of the file.</source>
        <translation>“{name}”不是项目或 OpenRaster 文件，或已损坏到无法挽救；没有改动它。请尝试该文件的其他副本。</translation>
    </message>
    <message>
        <source>“{name}” is not a file; choose a picture file.</source>
        <translation>“{name}”不是文件；请选择图片文件。</translation>
    </message>
    <message>
        <source>“{name}” is not a picture Easel can read; your picture is unchanged. Choose a PNG, JPEG, WebP, BMP or TIFF file.</source>
        <translation>“{name}”不是 Easel 能读取的图片；您的图片没有改变。请选择 PNG、JPEG、WebP、BMP 或 TIFF 文件。</translation>
    </message>
    <message>
        <source>“{name}” is not there any more: another program has moved or removed it. Nothing is saved yet; save your picture there again, or under another name.</source>
        <translation>“{name}”已不在原处：另一个程序移动或删除了它。尚未保存任何内容；请将图片重新保存到那里，或以其他名称保存。</translation>
    </message>
    <message>
        <source>“{name}” is not there any more; choose another file.</source>
        <translation>“{name}”已不在那里；请选择其他文件。</translation>
    </message>
    <message>
        <source>“{name}” is too large; your picture is unchanged. Make it smaller than {most_pixels} million pixels and open it again.</source>
        <translation>“{name}”太大；您的图片没有改变。请缩小到 {most_pixels} 百万像素以下再打开。</translation>
    </message>
    <message>
        <source>“{name}” looks like a pickled model, and opening such a file could run any program hidden in it; it was not opened and your picture is unchanged. Get the model as .safetensors and choose its folder under Generate ▸ Models…</source>
        <translation>“{name}”看起来是 pickle 格式的模型，打开它可能会运行其中隐藏的任何程序；它没有被打开，您的图片没有改变。请获取 .safetensors 格式的模型，并在“生成 ▸ 模型…”中选择其文件夹。</translation>
    </message>
    <message>
        <source>“{name}” spans {width} × {height} pixels, more than a project holds of one layer; nothing was written. Erase what lies far out in it, or move a part to another layer, and save again.</source>
        <translation>“{name}”跨越 {width} × {height} 像素，超出了项目中单个图层的容量；没有写入任何内容。请擦除其中远处的内容，或把一部分移到另一个图层后再保存。</translation>
    </message>
    <message>
        <source>“{name}” was changed by another program; only what that program knows was opened.</source>
        <translation>“{name}”被其他程序改动过；只打开了那个程序认识的部分。</translation>
    </message>
    <message>
        <source>“{name}” was made by a later version of Easel; it was not changed. Open it there, or export it there as PNG.</source>
        <translation>“{name}”由更新版本的 Easel 制作；没有改动它。请用那个版本打开，或在那里导出为 PNG。</translation>
    </message>
    <message>
        <source>“{name}” was opened without what Easel cannot show: {parts}. The file was not changed, and saving makes a new one. To have these parts too, make pixels of them in the program that made them and open the file again.</source>
        <translation>已打开“{name}”，但不包括 Easel 无法显示的内容：{parts}。文件没有改动，保存时会另建一个新文件。如果也需要这些内容，请在制作它们的程序中将其转换为像素，再重新打开文件。</translation>
    </message>
    <message>
        <source>“{name}” was opened, but these layers mix in ways that Easel does not know and are shown as normal: {layers}. The file was not changed, and saving makes a new one. Choose other blend modes here, or merge these layers in the program that made them and open the file again.</source>
        <translation>已打开“{name}”，但以下图层的混合方式 Easel 不认识，按正常模式显示：{layers}。文件没有改动，保存时会另建一个新文件。请在这里选择其他混合模式，或在制作它们的程序中合并这些图层，再重新打开文件。</translation>
    </message>
    <message>
        <source>“{name}” was opened; what it says beside was left out.</source>
        <translation>已打开“{name}”；其中附带的其他信息已略去。</translation>
    </message>
    <message>
        <source>“{name}” was opened; {notes}.</source>
        <translation>已打开“{name}”；{notes}。</translation>
    </message>
</context>
<context>
    <name>EditsPanel</name>
    <message>
        <source>As it was opened</source>
        <translation>打开时的状态</translation>
    </message>
    <message>
        <source>History of edits, oldest first</source>
        <translation>编辑历史，最早的在前</translation>
    </message>
</context>
<context>
    <name>Exchange</name>
    <message>
        <source>Another place…</source>
        <translation>其他位置…</translation>
    </message>
    <message>
        <source>Leave it</source>
        <translation>保持原样</translation>
    </message>
    <message>
        <source>Open a picture</source>
        <translation>打开图片</translation>
    </message>
    <message>
        <source>Open what is left</source>
        <translation>打开剩余部分</translation>
    </message>
    <message>
        <source>OpenRaster project</source>
        <translation>OpenRaster 项目</translation>
    </message>
    <message>
        <source>Pasted picture</source>
        <translation>粘贴的图片</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>Save it there again</source>
        <translation>重新保存到那里</translation>
    </message>
    <message>
        <source>Save over it</source>
        <translation>覆盖保存</translation>
    </message>
    <message>
        <source>Save project</source>
        <translation>保存项目</translation>
    </message>
    <message>
        <source>Save under another name…</source>
        <translation>以其他名称保存…</translation>
    </message>
</context>
<context>
    <name>ExportWindow</name>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Export to</source>
        <translation>导出到</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>格式</translation>
    </message>
    <message>
        <source>JPEG — small, without transparency</source>
        <translation>JPEG — 小，无透明</translation>
    </message>
    <message>
        <source>Keep it</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Name of the file</source>
        <translation>文件名</translation>
    </message>
    <message>
        <source>Other folder…</source>
        <translation>其他文件夹…</translation>
    </message>
    <message>
        <source>PNG — without loss, for everything</source>
        <translation>PNG — 无损，通用</translation>
    </message>
    <message>
        <source>PSD — with layers, for Photoshop</source>
        <translation>PSD — 带图层，用于 Photoshop</translation>
    </message>
    <message>
        <source>Quality</source>
        <translation>质量</translation>
    </message>
    <message>
        <source>Replace it</source>
        <translation>替换</translation>
    </message>
    <message>
        <source>Say in the file how it was made</source>
        <translation>在文件中记录制作方式</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>TIFF — without loss, for printing</source>
        <translation>TIFF — 无损，用于印刷</translation>
    </message>
    <message>
        <source>WebP — smaller, with transparency</source>
        <translation>WebP — 更小，有透明</translation>
    </message>
    <message>
        <source>Without loss</source>
        <translation>无损</translation>
    </message>
    <message>
        <source>{width} × {height} pixels</source>
        <translation>{width} × {height} 像素</translation>
    </message>
    <message>
        <source>“{name}” is in {folder} already. Replacing it throws the old one away.</source>
        <translation>“{name}”已在 {folder} 中。替换后旧文件将丢失。</translation>
    </message>
</context>
<context>
    <name>ExtendWindow</name>
    <message>
        <source>Bottom</source>
        <translation>下</translation>
    </message>
    <message>
        <source>By {share} on each side</source>
        <translation>每边 {share}</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Extend</source>
        <translation>扩展</translation>
    </message>
    <message>
        <source>Extend the picture</source>
        <translation>扩展图片</translation>
    </message>
    <message>
        <source>How far</source>
        <translation>多远</translation>
    </message>
    <message>
        <source>Left</source>
        <translation>左</translation>
    </message>
    <message>
        <source>Right</source>
        <translation>右</translation>
    </message>
    <message>
        <source>The picture would not grow; choose a side or other proportions.</source>
        <translation>图片不会变大；请选择一边或其他比例。</translation>
    </message>
    <message>
        <source>To {name}</source>
        <translation>到 {name}</translation>
    </message>
    <message>
        <source>Top</source>
        <translation>上</translation>
    </message>
    <message>
        <source>{width} × {height} pixels, painted in one frame.</source>
        <translation>{width} × {height} 像素，用一个画框绘制。</translation>
    </message>
    <message numerus="yes">
        <source>{width} × {height} pixels, painted in {count} frames.</source>
        <translation>
            <numerusform>{width} × {height} 像素，用 {count} 个画框绘制。</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>FailureWindow</name>
    <message>
        <source>Copied</source>
        <translation>已复制</translation>
    </message>
    <message>
        <source>Copy the details</source>
        <translation>复制详细信息</translation>
    </message>
    <message>
        <source>Details of the fault</source>
        <translation>故障的详细信息</translation>
    </message>
    <message>
        <source>Easel found a fault of its own</source>
        <translation>Easel 发现了自身的故障</translation>
    </message>
    <message>
        <source>Something in Easel went wrong that should not have. Your picture is still open: export it if it matters, then start Easel again. The details below help to mend the fault; they contain no picture.</source>
        <translation>Easel 出现了不该发生的错误。您的图片仍然打开着：如果重要，请先导出，再重新启动 Easel。下面的详细信息有助于修复故障；其中不含图片。</translation>
    </message>
</context>
<context>
    <name>FieldsForm</name>
    <message>
        <source>Add</source>
        <translation>添加</translation>
    </message>
    <message>
        <source>Alt turns it round for one drag</source>
        <translation>按 Alt 可在一次拖动中反过来</translation>
    </message>
    <message>
        <source>Any</source>
        <translation>任意</translation>
    </message>
    <message>
        <source>As it is now</source>
        <translation>保持现状</translation>
    </message>
    <message>
        <source>Average over</source>
        <translation>取平均范围</translation>
    </message>
    <message>
        <source>Below 0 a light hand does more, above 0 less; drag the curve as you like it</source>
        <translation>低于 0 时轻按作用更大，高于 0 时更小；可随意拖动曲线</translation>
    </message>
    <message>
        <source>Black below</source>
        <translation>低于此为黑</translation>
    </message>
    <message>
        <source>Brightness</source>
        <translation>亮度</translation>
    </message>
    <message>
        <source>Chalk</source>
        <translation>粉笔</translation>
    </message>
    <message>
        <source>Charcoal</source>
        <translation>炭笔</translation>
    </message>
    <message>
        <source>Click each corner; Enter closes the shape</source>
        <translation>逐个单击各角；Enter 闭合形状</translation>
    </message>
    <message>
        <source>Connected pixels only</source>
        <translation>仅相连的像素</translation>
    </message>
    <message>
        <source>Darkest</source>
        <translation>最暗</translation>
    </message>
    <message>
        <source>Diameter of the brush</source>
        <translation>画笔的直径</translation>
    </message>
    <message>
        <source>Distance of two dabs, of the size</source>
        <translation>两个笔触点的间距，相对于大小</translation>
    </message>
    <message>
        <source>Drag from the colour to the second one</source>
        <translation>从一种颜色拖到第二种颜色</translation>
    </message>
    <message>
        <source>Ellipse</source>
        <translation>椭圆</translation>
    </message>
    <message>
        <source>Feather</source>
        <translation>羽化</translation>
    </message>
    <message>
        <source>Flow</source>
        <translation>流量</translation>
    </message>
    <message>
        <source>For pens</source>
        <translation>用于压感笔</translation>
    </message>
    <message>
        <source>Gradient</source>
        <translation>渐变</translation>
    </message>
    <message>
        <source>Hardness</source>
        <translation>硬度</translation>
    </message>
    <message>
        <source>How far a colour may differ in any channel</source>
        <translation>颜色在任一通道中可相差多少</translation>
    </message>
    <message>
        <source>How far the line lags behind the hand</source>
        <translation>线条滞后于手的程度</translation>
    </message>
    <message>
        <source>How sharp its rim is</source>
        <translation>边缘的锐利程度</translation>
    </message>
    <message>
        <source>How soft the rim is</source>
        <translation>边缘的柔和程度</translation>
    </message>
    <message>
        <source>Hue</source>
        <translation>色相</translation>
    </message>
    <message>
        <source>Intersect</source>
        <translation>相交</translation>
    </message>
    <message>
        <source>Lightest</source>
        <translation>最亮</translation>
    </message>
    <message>
        <source>Lightness</source>
        <translation>明度</translation>
    </message>
    <message>
        <source>Look at all layers</source>
        <translation>查看所有图层</translation>
    </message>
    <message>
        <source>Most that one stroke covers</source>
        <translation>一笔最多覆盖多少</translation>
    </message>
    <message>
        <source>New</source>
        <translation>新建</translation>
    </message>
    <message>
        <source>Of what lies between them</source>
        <translation>介于两者之间的部分</translation>
    </message>
    <message>
        <source>Opacity</source>
        <translation>不透明度</translation>
    </message>
    <message>
        <source>Pressure curve</source>
        <translation>压力曲线</translation>
    </message>
    <message>
        <source>Pressure sets the opacity</source>
        <translation>压力控制不透明度</translation>
    </message>
    <message>
        <source>Pressure sets the size</source>
        <translation>压力控制大小</translation>
    </message>
    <message>
        <source>Proportions that the frame takes on and keeps</source>
        <translation>画框采用并保持的比例</translation>
    </message>
    <message>
        <source>Radial gradient</source>
        <translation>径向渐变</translation>
    </message>
    <message>
        <source>Radius</source>
        <translation>半径</translation>
    </message>
    <message>
        <source>Radius around it</source>
        <translation>周围的半径</translation>
    </message>
    <message>
        <source>Rectangle</source>
        <translation>矩形</translation>
    </message>
    <message>
        <source>Round</source>
        <translation>圆形</translation>
    </message>
    <message>
        <source>Saturation</source>
        <translation>饱和度</translation>
    </message>
    <message>
        <source>Selection</source>
        <translation>选区</translation>
    </message>
    <message>
        <source>Shape</source>
        <translation>形状</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>Smoothing</source>
        <translation>平滑</translation>
    </message>
    <message>
        <source>Snap to the grid and to edges</source>
        <translation>吸附到网格和边缘</translation>
    </message>
    <message>
        <source>Spacing</source>
        <translation>间距</translation>
    </message>
    <message>
        <source>Straight sides</source>
        <translation>直边</translation>
    </message>
    <message>
        <source>Strength</source>
        <translation>强度</translation>
    </message>
    <message>
        <source>Subtract</source>
        <translation>减去</translation>
    </message>
    <message>
        <source>These levels become black</source>
        <translation>这些色阶变为黑色</translation>
    </message>
    <message>
        <source>These levels become white</source>
        <translation>这些色阶变为白色</translation>
    </message>
    <message>
        <source>Tip</source>
        <translation>笔尖</translation>
    </message>
    <message>
        <source>To black or white</source>
        <translation>趋向黑或白</translation>
    </message>
    <message>
        <source>Tolerance</source>
        <translation>容差</translation>
    </message>
    <message>
        <source>Turns all colours</source>
        <translation>转动所有颜色</translation>
    </message>
    <message>
        <source>What a new selection does to the old one: Shift adds, Alt subtracts, both intersect</source>
        <translation>新选区对旧选区的作用：Shift 添加，Alt 减去，同时按则取交集</translation>
    </message>
    <message>
        <source>What black becomes</source>
        <translation>黑色变成什么</translation>
    </message>
    <message>
        <source>What each dab adds</source>
        <translation>每个笔触点增加多少</translation>
    </message>
    <message>
        <source>What one dab looks like</source>
        <translation>一个笔触点的样子</translation>
    </message>
    <message>
        <source>What white becomes</source>
        <translation>白色变成什么</translation>
    </message>
    <message>
        <source>White above</source>
        <translation>高于此为白</translation>
    </message>
</context>
<context>
    <name>FilmPanel</name>
    <message>
        <source>Animated GIF</source>
        <translation>GIF 动画</translation>
    </message>
    <message>
        <source>Animated WebP</source>
        <translation>WebP 动画</translation>
    </message>
    <message>
        <source>Begin and end with the very pictures</source>
        <translation>首尾用图片原样</translation>
    </message>
    <message>
        <source>Film saved to {path}</source>
        <translation>影片已保存到 {path}</translation>
    </message>
    <message>
        <source>Folder of PNG frames</source>
        <translation>PNG 帧文件夹</translation>
    </message>
    <message>
        <source>Frames</source>
        <translation>帧数</translation>
    </message>
    <message>
        <source>Frames of the film</source>
        <translation>影片的帧</translation>
    </message>
    <message>
        <source>Milliseconds for each frame</source>
        <translation>每帧毫秒数</translation>
    </message>
    <message>
        <source>Number of frames</source>
        <translation>帧的数量</translation>
    </message>
    <message>
        <source>Pace</source>
        <translation>节奏</translation>
    </message>
    <message>
        <source>Paint the film</source>
        <translation>绘制影片</translation>
    </message>
    <message>
        <source>Recover the noise of both pictures; both have to be pictures</source>
        <translation>找回两张图片的噪声；两端都必须是图片</translation>
    </message>
    <message>
        <source>Save the film</source>
        <translation>保存影片</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>保存…</translation>
    </message>
    <message>
        <source>Swap both ends</source>
        <translation>交换两端</translation>
    </message>
    <message>
        <source>The film</source>
        <translation>影片</translation>
    </message>
    <message>
        <source>The film plays here</source>
        <translation>影片在这里播放</translation>
    </message>
    <message>
        <source>There and back</source>
        <translation>往返</translation>
    </message>
    <message>
        <source>Where the film begins</source>
        <translation>影片的起点</translation>
    </message>
    <message>
        <source>Where the film ends</source>
        <translation>影片的终点</translation>
    </message>
</context>
<context>
    <name>FilterRow</name>
    <message>
        <source>All pictures</source>
        <translation>所有图片</translation>
    </message>
    <message>
        <source>Best agreement</source>
        <translation>契合度最高</translation>
    </message>
    <message>
        <source>By meaning</source>
        <translation>按含义</translation>
    </message>
    <message>
        <source>Collection</source>
        <translation>收藏夹</translation>
    </message>
    <message>
        <source>Compare the pictures themselves with what you write, not their words</source>
        <translation>将图片本身而不是它的文字与您写的内容比较</translation>
    </message>
    <message>
        <source>Describe what you look for: red boats at dusk</source>
        <translation>描述您要找的内容：黄昏中的红色小船</translation>
    </message>
    <message>
        <source>Favourites only</source>
        <translation>仅收藏</translation>
    </message>
    <message>
        <source>Near duplicates in stacks</source>
        <translation>近似图片叠放</translation>
    </message>
    <message>
        <source>Newest first</source>
        <translation>最新在前</translation>
    </message>
    <message>
        <source>Oldest first</source>
        <translation>最早在前</translation>
    </message>
    <message>
        <source>Order</source>
        <translation>顺序</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>Search the words of your pictures</source>
        <translation>搜索图片的文字</translation>
    </message>
    <message>
        <source>Trash</source>
        <translation>回收站</translation>
    </message>
</context>
<context>
    <name>FollowRow</name>
    <message>
        <source>0: the prompt alone says what is painted. 100, or no prompt at all: the rest of the picture does, or the picture put in here</source>
        <translation>0：只由提示词决定画什么。100 或没有提示词：由图片的其余部分或放入此处的图片决定</translation>
    </message>
    <message>
        <source>Follow</source>
        <translation>跟随</translation>
    </message>
    <message>
        <source>How far new parts take after it</source>
        <translation>新内容与它的相似程度</translation>
    </message>
    <message>
        <source>New parts take after pictures; write words into the prompt instead.</source>
        <translation>新内容跟随的是图片；文字请写入提示词。</translation>
    </message>
    <message>
        <source>The &amp;rest of the picture</source>
        <translation>图片的其余部分(&amp;R)</translation>
    </message>
    <message>
        <source>There is nothing to fill; mask, select or erase something first.</source>
        <translation>没有可填充的地方；请先遮罩、选择或擦除一部分。</translation>
    </message>
    <message>
        <source>What new parts take after</source>
        <translation>新内容所参照的图片</translation>
    </message>
</context>
<context>
    <name>FrameLabel</name>
    <message>
        <source>overlap {share} %</source>
        <translation>重叠 {share} %</translation>
    </message>
</context>
<context>
    <name>Gallery</name>
    <message>
        <source>, not like {count}</source>
        <translation>，不像 {count} 张</translation>
    </message>
    <message>
        <source>1 picture</source>
        <translation>1 张图片</translation>
    </message>
    <message>
        <source>Bring back prompt, seed, frame and mask</source>
        <translation>取回提示词、种子、画框和蒙版</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>丢弃</translation>
    </message>
    <message>
        <source>Discarded; bring 1 picture back</source>
        <translation>已丢弃；取回 1 张图片</translation>
    </message>
    <message numerus="yes">
        <source>Discarded; bring {count} pictures back</source>
        <translation>
            <numerusform>已丢弃；取回 {count} 张图片</numerusform>
        </translation>
    </message>
    <message>
        <source>Every picture you make is kept here, in
{folder}

Write a prompt above and press Generate, or drop picture files here.</source>
        <translation>您制作的每张图片都保存在这里：
{folder}

在上方写下提示词并按“生成”，或把图片文件拖到这里。</translation>
    </message>
    <message>
        <source>Favourite</source>
        <translation>收藏</translation>
    </message>
    <message>
        <source>Keep away from what it shows</source>
        <translation>远离它所显示的内容</translation>
    </message>
    <message>
        <source>Like {count} chosen</source>
        <translation>像所选的 {count} 张</translation>
    </message>
    <message>
        <source>Make again</source>
        <translation>重新制作</translation>
    </message>
    <message>
        <source>Mark as a favourite (F)</source>
        <translation>标记为收藏 (F)</translation>
    </message>
    <message>
        <source>Mix</source>
        <translation>混合</translation>
    </message>
    <message>
        <source>More like it</source>
        <translation>更多类似的</translation>
    </message>
    <message>
        <source>Nearest in meaning first</source>
        <translation>含义最近的在前</translation>
    </message>
    <message>
        <source>New pictures of the same idea</source>
        <translation>同一创意的新图片</translation>
    </message>
    <message>
        <source>No picture has these words</source>
        <translation>没有图片含这些词</translation>
    </message>
    <message>
        <source>No picture has these words; these are nearest in meaning</source>
        <translation>没有图片含这些词；这些在含义上最接近</translation>
    </message>
    <message>
        <source>No picture here can be compared: other models made them.</source>
        <translation>这里没有可比较的图片：它们由其他模型制作。</translation>
    </message>
    <message>
        <source>Not like it</source>
        <translation>不要类似的</translation>
    </message>
    <message>
        <source>Nothing here. Change what you look for, or show all pictures.</source>
        <translation>这里没有内容。请更改搜索内容，或显示所有图片。</translation>
    </message>
    <message>
        <source>Open stack</source>
        <translation>打开一叠</translation>
    </message>
    <message>
        <source>Paint the very same picture again</source>
        <translation>再画一张完全相同的图片</translation>
    </message>
    <message>
        <source>Paint what lies between these, or between this and the prompt</source>
        <translation>绘制介于这些之间，或介于它与提示词之间的内容</translation>
    </message>
    <message>
        <source>Pictures of one stack</source>
        <translation>同一叠的图片</translation>
    </message>
    <message>
        <source>Put into the trash for 30 days (Del)</source>
        <translation>放入回收站保留 30 天 (Del)</translation>
    </message>
    <message>
        <source>Put it onto the canvas as a layer (Enter)</source>
        <translation>作为图层放到画布上 (Enter)</translation>
    </message>
    <message>
        <source>Put it onto the mixing desk, to be weighed there</source>
        <translation>放到混合台上，在那里设定权重</translation>
    </message>
    <message>
        <source>Relatives of a picture</source>
        <translation>图片的亲缘关系</translation>
    </message>
    <message>
        <source>Save a copy of its file elsewhere</source>
        <translation>将文件副本保存到别处</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>保存…</translation>
    </message>
    <message>
        <source>See all that this stack holds</source>
        <translation>查看这一叠的全部图片</translation>
    </message>
    <message>
        <source>Sort all pictures by how near they are</source>
        <translation>按接近程度排列所有图片</translation>
    </message>
    <message>
        <source>The trash is empty.</source>
        <translation>回收站是空的。</translation>
    </message>
    <message>
        <source>To canvas</source>
        <translation>到画布</translation>
    </message>
    <message>
        <source>To desk</source>
        <translation>到混合台</translation>
    </message>
    <message>
        <source>Use settings</source>
        <translation>使用设置</translation>
    </message>
    <message>
        <source>Vary</source>
        <translation>变化</translation>
    </message>
    <message numerus="yes">
        <source>{count} pictures</source>
        <translation>
            <numerusform>{count} 张图片</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>GalleryDetails</name>
    <message>
        <source>Agreement with its words {share}</source>
        <translation>与文字的契合度 {share}</translation>
    </message>
    <message>
        <source>Seed {seed}</source>
        <translation>种子 {seed}</translation>
    </message>
    <message>
        <source>{width} × {height} pixels</source>
        <translation>{width} × {height} 像素</translation>
    </message>
</context>
<context>
    <name>GalleryGrid</name>
    <message>
        <source>Pictures of the gallery</source>
        <translation>图库的图片</translation>
    </message>
</context>
<context>
    <name>GalleryModel</name>
    <message>
        <source>Picture {number}</source>
        <translation>图片 {number}</translation>
    </message>
    <message>
        <source>{prompt}, a stack of {count}</source>
        <translation>{prompt}，一叠 {count} 张</translation>
    </message>
</context>
<context>
    <name>GalleryPage</name>
    <message>
        <source>Another folder…</source>
        <translation type="unfinished">其他文件夹…</translation>
    </message>
    <message>
        <source>Bring back</source>
        <translation>取回</translation>
    </message>
    <message numerus="yes">
        <source>Delete {count} for good?</source>
        <translation>
            <numerusform>永久删除 {count} 张？</numerusform>
        </translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>丢弃</translation>
    </message>
    <message>
        <source>Empty the trash</source>
        <translation>清空回收站</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>提示</translation>
    </message>
    <message>
        <source>PNG picture</source>
        <translation>PNG 图片</translation>
    </message>
    <message>
        <source>Save a copy</source>
        <translation>保存副本</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>显示全部</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>What is shown</source>
        <translation>显示的内容</translation>
    </message>
</context>
<context>
    <name>GalleryVerbs</name>
    <message>
        <source>Picture of the gallery</source>
        <translation>图库中的图片</translation>
    </message>
</context>
<context>
    <name>Guide</name>
    <message>
        <source>4 more paints further ones, Vary paints variations of the chosen one. Drag tiles to the canvas, into a mix, or out of the window. The tray is saved with the project.</source>
        <translation>“再来 4 张”会继续绘制，“变化”会绘制所选图片的变体。可以把图块拖到画布、混合或窗口之外。托盘与项目一起保存。</translation>
    </message>
    <message>
        <source>A prompt is written already: press Enter and it is painted, on this computer and without a network. Write your own over it, or drop or paste a picture.</source>
        <translation>提示词已经写好：按回车键即可绘制，就在这台电脑上，无需网络。可以写上自己的提示词，或拖入、粘贴一张图片。</translation>
    </message>
    <message>
        <source>Below each picture: variations, open on the canvas (Enter), mix, mark as a favourite (F), save. The number in its corner is how well it agrees with the prompt, 1 at most.</source>
        <translation>每张图片下方：变体、在画布上打开（回车）、混合、标为收藏（F）、保存。角上的数字表示它与提示词的吻合程度，最大为 1。</translation>
    </message>
    <message>
        <source>Choose in the tray</source>
        <translation>在托盘中选择</translation>
    </message>
    <message>
        <source>Easel keeps unsaved work after every action. When it ended before you saved, the next start shows what there is, with a small picture: open it and go on.</source>
        <translation>Easel 在每次操作后保留未保存的作品。如果在您保存之前它就结束了，下一次启动会显示留下的内容和一张小图：打开它并继续。</translation>
    </message>
    <message>
        <source>Enlarge</source>
        <translation type="unfinished">放大</translation>
    </message>
    <message>
        <source>Enter in the prompt while something is painted queues the next run. The button beside the progress shows the queue: change its order, take runs out, pause it. Cancel (Esc) stops at once and forgets what waits.</source>
        <translation>绘制时在提示词中按回车，会把下一次运行放入队列。进度旁的按钮显示队列：可以更改顺序、取出、暂停。取消（Esc）会立即停止并清除等待的内容。</translation>
    </message>
    <message>
        <source>Erase and describe</source>
        <translation>擦除并描述</translation>
    </message>
    <message>
        <source>Find it again</source>
        <translation>再次找到</translation>
    </message>
    <message>
        <source>Five things are ready on the first page and in the menu Help: erase and describe, past the edge, a mix, a rewording and a panorama. They run on the Starter, the small model that comes with Easel; Generate ▸ Models… has larger ones.</source>
        <translation>首页和“帮助”菜单中备有五个示例：擦除并描述、越过边缘、混合、改写和全景。它们使用 Easel 自带的小模型 Starter；“生成 ▸ 模型…”中有更大的模型。</translation>
    </message>
    <message>
        <source>Frame ▸ Extend the picture… plans frames around it, by a share or to proportions. They are painted one after the other, each as one step that undo takes back; Cancel stops, and what is painted stays.</source>
        <translation>“画框 ▸ 扩展图片…”按比例或按宽高比在图片周围规划画框。画框逐个绘制，每个都是可以撤销的一步；取消会停止，已绘制的会保留。</translation>
    </message>
    <message>
        <source>Get a larger model</source>
        <translation>获取更大的模型</translation>
    </message>
    <message>
        <source>In the panel Vary a lock stands beside each slider. The lock of Meaning keeps the idea and puts it into another picture; the lock of Layout keeps where things are and puts another idea there. A second click opens it again.</source>
        <translation>在“变化”面板中，每个滑块旁都有一把锁。“含义”的锁保持创意，换一张图片；“布局”的锁保持物体的位置，换一个创意。再点一次即可打开。</translation>
    </message>
    <message>
        <source>Let things wait</source>
        <translation>让任务排队</translation>
    </message>
    <message>
        <source>Look at many ideas first</source>
        <translation>先看许多创意</translation>
    </message>
    <message>
        <source>Looks (F9) draws many ideas for the prompt in a few steps, with their agreement. Click those you want, and only these are painted in full.</source>
        <translation>“草图”（F9）用很少的步骤为提示词画出许多创意，并给出吻合程度。单击想要的，只有它们会完整绘制。</translation>
    </message>
    <message>
        <source>Make a film</source>
        <translation>制作影片</translation>
    </message>
    <message>
        <source>Make again paints the very same picture; Use settings brings back prompt and seed. Discarded pictures stay in the trash for thirty days. A picture file that Easel wrote brings its settings back when you drop it on the canvas, on the card Use its settings.</source>
        <translation>“重新制作”会绘制完全相同的图片；“使用设置”会取回提示词和种子。丢弃的图片会在回收站中保留三十天。把 Easel 写出的图片文件拖到画布的“使用它的设置”卡片上，会带回其设置。</translation>
    </message>
    <message>
        <source>Make new pictures</source>
        <translation>制作新图片</translation>
    </message>
    <message>
        <source>Mix ideas</source>
        <translation>混合创意</translation>
    </message>
    <message>
        <source>Move the frame (F) over the edge of the picture. What is empty in it is painted, the rest stays; the label says how much of the frame overlaps the picture.</source>
        <translation>把画框（F）移过图片边缘。其中空白处会被绘制，其余保持不变；标签显示画框与图片重叠多少。</translation>
    </message>
    <message>
        <source>Near duplicates in stacks, the switch beside the trash, shows one picture for all of nearly the same idea, with their number; Open stack shows them.</source>
        <translation>回收站旁边的开关“近似图片叠放”用一张图片代表创意几乎相同的所有图片，并显示张数；“打开一叠”显示全部。</translation>
    </message>
    <message>
        <source>Of {red|blue} every picture draws one word by chance. Pictures says how many are painted, up to ten; a closed lock keeps the seed, and the same prompt and seed give the same picture again.</source>
        <translation>从 {red|blue} 中，每张图片会随机抽取一个词。“图片”表示绘制多少张，最多十张；锁上后会保留种子，相同的提示词和种子会得到相同的图片。</translation>
    </message>
    <message>
        <source>On the page Create (F3) write what you would like to see and press Enter. The dice button writes an idea, the palette adds a style, the crossed circle opens a line for what to avoid, and the clock lists earlier prompts (Alt+Up, Alt+Down).</source>
        <translation>在“创作”页（F3）写下您想看到的内容并按回车。骰子写出一个创意，调色板添加一种风格，带斜线的圆打开一行填写要避免的内容，时钟列出以前的提示词（Alt+上、Alt+下）。</translation>
    </message>
    <message>
        <source>On the page Film (F8) put a picture at both ends: drop it, or click the place. Paint the film paints what lies between them; it plays in the middle, and its frames lie in the tray too.</source>
        <translation>在“影片”页（F8）的两端各放一张图片：拖进去，或点击该位置。“绘制影片”会绘制两者之间的过程；影片在中间播放，各帧也在托盘中。</translation>
    </message>
    <message>
        <source>Pace says how long each frame is seen. Save… writes an animated GIF or WebP, or a folder of frames.</source>
        <translation>“节奏”表示每帧显示多久。“保存…”写出 GIF 或 WebP 动画，或一个帧文件夹。</translation>
    </message>
    <message>
        <source>Past the edge</source>
        <translation>越过边缘</translation>
    </message>
    <message>
        <source>Press Q and paint over what is to go with the brush (B), or select it, or erase it (E). Write what is to be there and press Enter: the button says Fill.</source>
        <translation>按 Q，用画笔（B）涂住要去掉的部分，或选择它，或擦除它（E）。写下那里应该有什么并按回车：按钮显示“填充”。</translation>
    </message>
    <message>
        <source>Put pictures, words and results on the mixing desk (F6): drop them, or click an empty well. Each has a weight, which may lead away from it, and can be muted or heard alone. The point on the pad moves between the first four; the preview follows.</source>
        <translation>把图片、文字和结果放到混音台（F6）上：拖放，或单击空格。每一项都有权重，也可以远离它，还可以静音或独奏。面板上的点在前四项之间移动；预览随之变化。</translation>
    </message>
    <message>
        <source>Reword a picture</source>
        <translation>改写图片</translation>
    </message>
    <message>
        <source>Say from what to what (F7). The strip shows the way in five pictures, so that you see where it goes wrong; the slider says how far to go. Several changes can be stacked, and the composition can be kept.</source>
        <translation>写明从什么到什么（F7）。长条用五张图片展示过程，让您看到哪里出了偏差；滑块决定走多远。可以叠加多个更改，也可以保留构图。</translation>
    </message>
    <message>
        <source>Style and subject apart gives each idea two weights: what it shows, and how it is painted. With no weight for the style of one and none for the subject of another, the one is painted in the manner of the other.</source>
        <translation>“风格与主题分开”给每个想法两个权重：画什么和怎么画。去掉一个的风格和另一个的主题，前者就会以后者的手法画出来。</translation>
    </message>
    <message>
        <source>The candidates are shown in place. Hold the backslash key to look at the original, and press Enter to accept one. It becomes a layer; the panel Result changes its feather, growth and colours afterwards, or paints it again.</source>
        <translation>候选图片就地显示。按住反斜杠键可查看原图，按回车接受一张。它会成为图层；之后可在“结果”面板中更改其羽化、扩展和颜色，或重新绘制。</translation>
    </message>
    <message>
        <source>The first start</source>
        <translation>第一次启动</translation>
    </message>
    <message>
        <source>The gallery (F4) keeps every finished picture with prompt, seed, model and idea. Search by words, or by meaning; More like it sorts all of them by nearness to what is chosen, Not like it leads away.</source>
        <translation>图库（F4）保留每张完成的图片及其提示词、种子、模型和创意。可按文字或含义搜索；“更多类似的”按与所选内容的接近程度排序，“不要类似的”则远离它。</translation>
    </message>
    <message>
        <source>The page of Generate ▸ Models… says of each model what it can do, how large it is, its licence, and what this computer needs for it. Get shows the licence before the first byte; a download can be paused and goes on after a restart.</source>
        <translation>“生成 ▸ 模型…”页面说明每个模型能做什么、有多大、许可证是什么，以及这台计算机需要什么。“获取”会在下载第一个字节之前显示许可证；下载可以暂停，重新启动后也能继续。</translation>
    </message>
    <message>
        <source>The panel Vary and the menu Generate enlarge a layer, or all of the picture, twice or four times. In the tray the slider shows before and after beside each other on the canvas.</source>
        <translation>“变化”面板和“生成”菜单可将图层或整张图片放大两倍或四倍。托盘中的滑块在画布上并排显示前后对比。</translation>
    </message>
    <message>
        <source>The panel Vary paints variations of the chosen picture, of a layer or of all that is seen. Meaning says how far the idea may drift, Layout how far things may move.</source>
        <translation>“变化”面板绘制所选图片、图层或所见全部内容的变体。“含义”表示创意可以偏离多远，“布局”表示物体可以移动多远。</translation>
    </message>
    <message>
        <source>The tray lies at the frame. Left and Right choose, Enter accepts, Shift+Enter keeps the picture as a layer and leaves the others, Delete discards it, Esc rejects all. The first tile is the original.</source>
        <translation>托盘位于画框旁。左右键选择，回车接受，Shift+回车将图片保留为图层并留下其他图片，Delete 丢弃，Esc 全部拒绝。第一个图块是原图。</translation>
    </message>
    <message>
        <source>The two locks</source>
        <translation>两把锁</translation>
    </message>
    <message>
        <source>Unsaved work</source>
        <translation>未保存的作品</translation>
    </message>
    <message>
        <source>Variations</source>
        <translation>变体</translation>
    </message>
    <message>
        <source>What has failed is put aside there, and Try again puts it back. When you look elsewhere, title and task bar tell that pictures are ready.</source>
        <translation>失败的任务会放在那里，“再试一次”可将其放回。当您在看别处时，标题和任务栏会提示图片已完成。</translation>
    </message>
    <message>
        <source>What you discard, or close without saving, can be found for thirty days under File ▸ Recover…. Beside a project lie its last three versions.</source>
        <translation>丢弃的或未保存就关闭的内容，三十天内都能在“文件 ▸ 恢复…”中找到。项目旁边有它最近的三个版本。</translation>
    </message>
    <message>
        <source>With I have the files a folder is used where it lies. Verify reads every file again, Save space keeps a copy of half the size, and Remove frees the room. On Linux, Use my NVIDIA card builds an engine for the card in your own folder.</source>
        <translation>用“我已有文件”可以就地使用一个文件夹。“核对”会重新读取每个文件，“节省空间”保留一半大小的副本，“移除”腾出空间。在 Linux 上，“使用我的 NVIDIA 显卡”会在您自己的文件夹中为显卡构建引擎。</translation>
    </message>
    <message>
        <source>With the lasso (L) draw around an area, or click its corners and press Enter. Shift adds to what is selected, Alt takes away.</source>
        <translation>用套索 (L) 绕着区域画一圈，或单击各个角再按 Enter。Shift 添加到选区，Alt 从中减去。</translation>
    </message>
</context>
<context>
    <name>GuideWindow</name>
    <message>
        <source>Guide</source>
        <translation>指南</translation>
    </message>
    <message>
        <source>Page of the guide</source>
        <translation>指南页面</translation>
    </message>
    <message>
        <source>Pages of the guide</source>
        <translation>指南的各页</translation>
    </message>
    <message>
        <source>What to do</source>
        <translation>做什么</translation>
    </message>
</context>
<context>
    <name>Hints</name>
    <message>
        <source>Put pictures and words into the wells, then move the sliders or the point on the pad; the preview follows.</source>
        <translation>把图片和文字放进空格，然后移动滑块或面板上的点；预览随之变化。</translation>
    </message>
    <message>
        <source>The frame reaches beyond the picture: Extend paints what is empty in it. Leave enough overlap, so that the model sees what to continue.</source>
        <translation>画框超出了图片：“扩展”会绘制其中的空白。请留出足够的重叠，让模型看到该延续什么。</translation>
    </message>
    <message>
        <source>You paint the mask now: what is covered is painted anew when you press Fill. Q leaves it.</source>
        <translation>您正在绘制蒙版：按“填充”时，覆盖的部分会重新绘制。按 Q 退出。</translation>
    </message>
</context>
<context>
    <name>IdeasPages</name>
    <message>
        <source>Film</source>
        <translation>影片</translation>
    </message>
    <message>
        <source>Looks</source>
        <translation>草图</translation>
    </message>
    <message>
        <source>Mix</source>
        <translation>混合</translation>
    </message>
    <message>
        <source>Path</source>
        <translation>路径</translation>
    </message>
    <message>
        <source>Reword</source>
        <translation>改写</translation>
    </message>
    <message>
        <source>Ways to work with ideas</source>
        <translation>运用创意的方式</translation>
    </message>
</context>
<context>
    <name>Invitation</name>
    <message>
        <source>Or try one of these, which are ready to go:</source>
        <translation>或者试试这些，已经准备好了：</translation>
    </message>
</context>
<context>
    <name>KeySheet</name>
    <message>
        <source>Accept it</source>
        <translation>采用它</translation>
    </message>
    <message>
        <source>Add to the selection</source>
        <translation>添加到选区</translation>
    </message>
    <message>
        <source>Alt in a drag</source>
        <translation>拖动时按 Alt</translation>
    </message>
    <message>
        <source>Alt+right drag</source>
        <translation>Alt+右键拖动</translation>
    </message>
    <message>
        <source>Around the middle</source>
        <translation>以中心为准</translation>
    </message>
    <message>
        <source>As if it had not begun</source>
        <translation>如同没有开始</translation>
    </message>
    <message>
        <source>Change keys</source>
        <translation>更改按键</translation>
    </message>
    <message>
        <source>Change keys…</source>
        <translation>更改按键…</translation>
    </message>
    <message>
        <source>Choose a picture</source>
        <translation>选择图片</translation>
    </message>
    <message>
        <source>Close a polygon, crop, transform</source>
        <translation>闭合多边形、裁剪、变换</translation>
    </message>
    <message>
        <source>Ctrl+click, Alt+click</source>
        <translation>Ctrl+单击，Alt+单击</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Discard it</source>
        <translation>丢弃它</translation>
    </message>
    <message>
        <source>Double click, F2</source>
        <translation>双击，F2</translation>
    </message>
    <message>
        <source>Enter</source>
        <translation>Enter</translation>
    </message>
    <message>
        <source>Enter, double click</source>
        <translation>Enter，双击</translation>
    </message>
    <message>
        <source>Erase</source>
        <translation>擦除</translation>
    </message>
    <message>
        <source>Esc</source>
        <translation>Esc</translation>
    </message>
    <message>
        <source>Esc in a drag</source>
        <translation>拖动时按 Esc</translation>
    </message>
    <message>
        <source>Find a key or a gesture</source>
        <translation>查找按键或手势</translation>
    </message>
    <message>
        <source>Frame and layers</source>
        <translation>画框与图层</translation>
    </message>
    <message>
        <source>Getting about</source>
        <translation>四处移动</translation>
    </message>
    <message>
        <source>Keep it as a layer</source>
        <translation>保留为图层</translation>
    </message>
    <message>
        <source>Keep what is in both</source>
        <translation>保留两者共有的部分</translation>
    </message>
    <message>
        <source>Keys and gestures</source>
        <translation>按键与手势</translation>
    </message>
    <message>
        <source>Keys of {scheme}</source>
        <translation>{scheme} 的按键</translation>
    </message>
    <message>
        <source>Look at the original</source>
        <translation>查看原图</translation>
    </message>
    <message>
        <source>Move the view</source>
        <translation>移动视图</translation>
    </message>
    <message>
        <source>Move the view, zoom, turn</source>
        <translation>移动、缩放、旋转视图</translation>
    </message>
    <message>
        <source>New line</source>
        <translation>换行</translation>
    </message>
    <message>
        <source>No key and no gesture is called that.</source>
        <translation>没有这个名称的按键或手势。</translation>
    </message>
    <message>
        <source>Nudge by one pixel</source>
        <translation>微移一个像素</translation>
    </message>
    <message>
        <source>Nudge the frame by 64, a layer by 10</source>
        <translation>画框移动 64，图层移动 10</translation>
    </message>
    <message>
        <source>Other end of the pen</source>
        <translation>压感笔的另一端</translation>
    </message>
    <message>
        <source>Paint</source>
        <translation>绘制</translation>
    </message>
    <message>
        <source>Painting</source>
        <translation>绘制</translation>
    </message>
    <message>
        <source>Pictures in the tray</source>
        <translation>托盘中的图片</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>提示词</translation>
    </message>
    <message>
        <source>Reject all</source>
        <translation>全部拒绝</translation>
    </message>
    <message>
        <source>Rename a layer</source>
        <translation>重命名图层</translation>
    </message>
    <message>
        <source>Selecting</source>
        <translation>选择</translation>
    </message>
    <message>
        <source>Shift in a drag</source>
        <translation>拖动时按 Shift</translation>
    </message>
    <message>
        <source>Size and hardness of the brush</source>
        <translation>画笔的大小和硬度</translation>
    </message>
    <message>
        <source>Size of the brush</source>
        <translation>画笔的大小</translation>
    </message>
    <message>
        <source>Space+drag, middle drag</source>
        <translation>空格+拖动，中键拖动</translation>
    </message>
    <message>
        <source>Square or circle</source>
        <translation>正方形或圆形</translation>
    </message>
    <message>
        <source>Straight line from the last stroke</source>
        <translation>从上一笔画直线</translation>
    </message>
    <message>
        <source>Subtract from the selection</source>
        <translation>从选区减去</translation>
    </message>
    <message>
        <source>Take a colour</source>
        <translation>取色</translation>
    </message>
    <message>
        <source>Two fingers, pinch</source>
        <translation>双指，捏合</translation>
    </message>
    <message>
        <source>What are you looking for?</source>
        <translation>您在找什么？</translation>
    </message>
    <message>
        <source>Wheel, Ctrl+wheel</source>
        <translation>滚轮，Ctrl+滚轮</translation>
    </message>
    <message>
        <source>Without snapping</source>
        <translation>不吸附</translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation>缩放</translation>
    </message>
    <message>
        <source>Zoom at the pointer</source>
        <translation>以指针为中心缩放</translation>
    </message>
</context>
<context>
    <name>KeysWindow</name>
    <message>
        <source>As in the scheme</source>
        <translation>恢复方案设定</translation>
    </message>
    <message>
        <source>Choose a verb, then press its new key.</source>
        <translation>选择一个命令，然后按下它的新按键。</translation>
    </message>
    <message>
        <source>Find a verb or a key</source>
        <translation>查找命令或按键</translation>
    </message>
    <message>
        <source>Give it to “{name}”</source>
        <translation>分配给“{name}”</translation>
    </message>
    <message>
        <source>Key {number}</source>
        <translation>按键 {number}</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>按键</translation>
    </message>
    <message>
        <source>Keys of</source>
        <translation>按键方案</translation>
    </message>
    <message>
        <source>Keys of “{name}”</source>
        <translation>“{name}”的按键</translation>
    </message>
    <message>
        <source>Leave it</source>
        <translation>保持原样</translation>
    </message>
    <message>
        <source>Restore all</source>
        <translation>全部恢复</translation>
    </message>
    <message>
        <source>Scheme</source>
        <translation>方案</translation>
    </message>
    <message>
        <source>The wheel scrolls, with Ctrl or Alt it zooms</source>
        <translation>滚轮用于滚动，配合 Ctrl 或 Alt 缩放</translation>
    </message>
    <message>
        <source>Verb</source>
        <translation>命令</translation>
    </message>
    <message>
        <source>Verbs</source>
        <translation>命令</translation>
    </message>
    <message>
        <source>{key} belongs to “{owner}”, which would have it no longer.</source>
        <translation>{key} 属于“{owner}”，分配后它将失去此按键。</translation>
    </message>
</context>
<context>
    <name>LayerModel</name>
    <message>
        <source>%1, hidden</source>
        <translation>%1，已隐藏</translation>
    </message>
</context>
<context>
    <name>LayerRow</name>
    <message>
        <source>locked</source>
        <translation>已锁定</translation>
    </message>
    <message>
        <source>mask</source>
        <translation>蒙版</translation>
    </message>
    <message>
        <source>painting the mask</source>
        <translation>正在绘制蒙版</translation>
    </message>
    <message>
        <source>result</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>transparency locked</source>
        <translation>透明度已锁定</translation>
    </message>
</context>
<context>
    <name>LayersPanel</name>
    <message>
        <source>Blend mode of the layer</source>
        <translation>图层的混合模式</translation>
    </message>
    <message>
        <source>Blend modes</source>
        <translation>混合模式</translation>
    </message>
    <message>
        <source>How the layer mixes with what is below</source>
        <translation>图层与下方内容的混合方式</translation>
    </message>
    <message>
        <source>Layers, top layer first</source>
        <translation>图层，最上层在前</translation>
    </message>
    <message>
        <source>Lock the layer</source>
        <translation>锁定图层</translation>
    </message>
    <message>
        <source>Lock transparency</source>
        <translation>锁定透明度</translation>
    </message>
    <message>
        <source>Mode</source>
        <translation>模式</translation>
    </message>
    <message>
        <source>Opacity</source>
        <translation>不透明度</translation>
    </message>
    <message>
        <source>Opacity of the layer</source>
        <translation>图层的不透明度</translation>
    </message>
    <message>
        <source>Space shows or hides a layer, F2 renames it, drag reorders</source>
        <translation>空格键显示或隐藏图层，F2 重命名，拖动可重新排列</translation>
    </message>
</context>
<context>
    <name>LicenceWindow</name>
    <message>
        <source>Agree and download</source>
        <translation>同意并下载</translation>
    </message>
    <message>
        <source>Easel downloads it when you agree; this is asked once.</source>
        <translation>您同意后 Easel 就会下载；只询问这一次。</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>许可证</translation>
    </message>
    <message>
        <source>Licence of {title}</source>
        <translation>{title} 的许可证</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>暂不</translation>
    </message>
    <message>
        <source>{title} is published under {licence}.</source>
        <translation>{title} 以 {licence} 发布。</translation>
    </message>
</context>
<context>
    <name>LooksPanel</name>
    <message>
        <source>As they came</source>
        <translation>按到来顺序</translation>
    </message>
    <message>
        <source>Every idea is painted in a few steps; choose before the long work begins</source>
        <translation>每个创意只用几步绘制；在耗时的工作开始之前先挑选</translation>
    </message>
    <message>
        <source>Ideas</source>
        <translation>创意</translation>
    </message>
    <message>
        <source>Ideas for the prompt</source>
        <translation>提示词的创意</translation>
    </message>
    <message>
        <source>Look at ideas</source>
        <translation>查看创意</translation>
    </message>
    <message>
        <source>Looking for ideas…</source>
        <translation>正在寻找创意…</translation>
    </message>
    <message>
        <source>Number of ideas</source>
        <translation>创意的数量</translation>
    </message>
    <message>
        <source>Order of the ideas</source>
        <translation>创意的顺序</translation>
    </message>
    <message>
        <source>Paint the chosen ones</source>
        <translation>绘制选中的</translation>
    </message>
    <message>
        <source>The best match first</source>
        <translation>最契合的在前</translation>
    </message>
    <message>
        <source>The number is how well an idea agrees with the prompt, 1 at most</source>
        <translation>数字表示创意与提示词的契合程度，最高为 1</translation>
    </message>
    <message>
        <source>The widest range first</source>
        <translation>范围最广的在前</translation>
    </message>
    <message>
        <source>“{prompt}”: click those you want, then paint them</source>
        <translation>“{prompt}”：单击想要的，然后绘制</translation>
    </message>
</context>
<context>
    <name>MessageBar</name>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Close this message</source>
        <translation>关闭此消息</translation>
    </message>
</context>
<context>
    <name>MixPanel</name>
    <message>
        <source>A new place in the mix</source>
        <translation>混合中的新位置</translation>
    </message>
    <message>
        <source>A second place in the mix</source>
        <translation>混合中的第二个位置</translation>
    </message>
    <message>
        <source>Drop pictures into the places, click them, or type:</source>
        <translation>把图片拖到这些位置、点击它们，或输入文字：</translation>
    </message>
    <message>
        <source>How ideas are mixed</source>
        <translation>创意的混合方式</translation>
    </message>
    <message>
        <source>Pad between the first four ideas</source>
        <translation>前四个创意之间的面板</translation>
    </message>
    <message>
        <source>Paint the mix</source>
        <translation>绘制混合</translation>
    </message>
    <message>
        <source>Preview of the mix</source>
        <translation>混合预览</translation>
    </message>
    <message>
        <source>Round the sphere</source>
        <translation>沿球面</translation>
    </message>
    <message>
        <source>Round the sphere keeps the strength of an idea; the straight sum, Kandinsky&apos;s own way, grows weaker between ideas that are far apart</source>
        <translation>沿球面可保持创意的强度；直接求和是 Kandinsky 自己的方式，在相距较远的创意之间会变弱</translation>
    </message>
    <message>
        <source>Straight sum</source>
        <translation>直接求和</translation>
    </message>
    <message>
        <source>Style and subject apart</source>
        <translation>风格与主题分开</translation>
    </message>
    <message>
        <source>The mix shows here while you look for it</source>
        <translation>您寻找时，混合结果显示在这里</translation>
    </message>
    <message>
        <source>Two weights for each idea: what it shows, and how it is painted. Style is what lies along words for styles; the pad weighs the subjects</source>
        <translation>每个想法有两个权重：画什么和怎么画。风格是沿着风格词的那部分；平面板调的是主题</translation>
    </message>
    <message>
        <source>Words to put into the mix</source>
        <translation>放入混合的文字</translation>
    </message>
    <message>
        <source>or type, and press Enter</source>
        <translation>或输入文字并按 Enter</translation>
    </message>
</context>
<context>
    <name>Model</name>
    <message>
        <source>Starter draws emoji-like pictures; it cannot do photographs or text</source>
        <translation>Starter 画的是类似表情符号的图片；不能画照片或文字</translation>
    </message>
</context>
<context>
    <name>ModelCard</name>
    <message>
        <source>Cancel…</source>
        <translation>取消…</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Get…</source>
        <translation>获取…</translation>
    </message>
    <message>
        <source>I have the files…</source>
        <translation>我已有文件…</translation>
    </message>
    <message>
        <source>Licence…</source>
        <translation>许可证…</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Progress of {title}</source>
        <translation>{title} 的进度</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>移除…</translation>
    </message>
    <message>
        <source>Save space…</source>
        <translation>节省空间…</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>使用</translation>
    </message>
    <message>
        <source>Verify</source>
        <translation>核对</translation>
    </message>
</context>
<context>
    <name>Models</name>
    <message>
        <source>; kept as smaller copies</source>
        <translation>；以较小副本保存</translation>
    </message>
    <message>
        <source>; painted at {side} and enlarged</source>
        <translation>；以 {side} 绘制再放大</translation>
    </message>
    <message>
        <source>; {free} free on this disk</source>
        <translation>；此磁盘剩余 {free}</translation>
    </message>
    <message>
        <source>about {need} for the largest part (estimate); {free} free now</source>
        <translation>最大的部分约需 {need}（估计）；现有 {free}</translation>
    </message>
    <message>
        <source>about {time} for a picture here (estimate; it may be two or three times off)</source>
        <translation>在这里每张图片约 {time}（估计；可能相差两三倍）</translation>
    </message>
    <message>
        <source>comes with Easel</source>
        <translation>随 Easel 附带</translation>
    </message>
    <message>
        <source>damaged</source>
        <translation>已损坏</translation>
    </message>
    <message>
        <source>damaged, {left} to get again</source>
        <translation>已损坏，需重新获取 {left}</translation>
    </message>
    <message>
        <source>damaged: get it again, only the damaged file is fetched</source>
        <translation>已损坏：请重新获取，只会获取损坏的文件</translation>
    </message>
    <message>
        <source>damaged: install Easel again</source>
        <translation>已损坏：请重新安装 Easel</translation>
    </message>
    <message>
        <source>enlarging</source>
        <translation>放大</translation>
    </message>
    <message>
        <source>filling and extending</source>
        <translation>填充和扩展</translation>
    </message>
    <message>
        <source>incomplete: {share} %, {left} to go</source>
        <translation>不完整：{share} %，还剩 {left}</translation>
    </message>
    <message>
        <source>little; it runs on any machine</source>
        <translation>很少；任何机器都能运行</translation>
    </message>
    <message>
        <source>mixes</source>
        <translation>混合</translation>
    </message>
    <message>
        <source>none yet</source>
        <translation>尚无</translation>
    </message>
    <message>
        <source>not on this computer</source>
        <translation>不在这台电脑上</translation>
    </message>
    <message>
        <source>not verified against the publisher</source>
        <translation>未与发布者核对</translation>
    </message>
    <message>
        <source>not yet verified here</source>
        <translation>尚未在此核对</translation>
    </message>
    <message>
        <source>nothing to download</source>
        <translation>无需下载</translation>
    </message>
    <message>
        <source>paint one picture with the Starter, then Easel can estimate it</source>
        <translation>用 Starter 画一张图片，Easel 便能估计</translation>
    </message>
    <message>
        <source>painting over</source>
        <translation>重绘</translation>
    </message>
    <message>
        <source>paths between pictures</source>
        <translation>图片之间的路径</translation>
    </message>
    <message>
        <source>pictures from words</source>
        <translation>由文字生成图片</translation>
    </message>
    <message>
        <source>ready</source>
        <translation>就绪</translation>
    </message>
    <message>
        <source>rewording</source>
        <translation>改写</translation>
    </message>
    <message>
        <source>search by meaning</source>
        <translation>按含义搜索</translation>
    </message>
    <message>
        <source>variations</source>
        <translation>变体</translation>
    </message>
    <message>
        <source>verified against the publisher</source>
        <translation>已与发布者核对</translation>
    </message>
    <message>
        <source>{side} × {side} pixels, or another shape of that area</source>
        <translation>{side} × {side} 像素，或同样面积的其他形状</translation>
    </message>
    <message numerus="yes">
        <source>{size} in {count} files</source>
        <translation>
            <numerusform>{size}，共 {count} 个文件</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ModelsWindow</name>
    <message>
        <source> (accepted)</source>
        <translation>（已接受）</translation>
    </message>
    <message>
        <source>A folder in which models are looked for; its files are used in place.</source>
        <translation>查找模型的文件夹；其中的文件就地使用。</translation>
    </message>
    <message>
        <source>A folder with models</source>
        <translation>存放模型的文件夹</translation>
    </message>
    <message>
        <source>Add a folder…</source>
        <translation>添加文件夹…</translation>
    </message>
    <message>
        <source>Can do</source>
        <translation>能做</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>下载</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>Keep {title} as smaller copies? They take about half of {size}. Numbers are rounded to bfloat16, so pictures come out a little different on machines that compute in float32; the published files are deleted and could only be downloaded again.</source>
        <translation>将 {title} 存为较小副本？约占 {size} 的一半。数值会舍入为 bfloat16，因此在以 float32 计算的机器上图片会略有不同；发布的文件会被删除，只能重新下载。</translation>
    </message>
    <message>
        <source>Leave it</source>
        <translation>保持原样</translation>
    </message>
    <message>
        <source>Leave out</source>
        <translation>不使用</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>许可证</translation>
    </message>
    <message>
        <source>Made from {title}; its files are used in place.</source>
        <translation>由 {title} 制作；其文件就地使用。</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>Mirror</source>
        <translation>镜像</translation>
    </message>
    <message>
        <source>Mirror and proxy</source>
        <translation>镜像和代理</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Packages</source>
        <translation>软件包</translation>
    </message>
    <message>
        <source>Paints</source>
        <translation>画幅</translation>
    </message>
    <message>
        <source>Proxy</source>
        <translation>代理</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Remove {title} from this computer? {size} are deleted from Easel&apos;s own folder; files of yours elsewhere stay. It can be downloaded again.</source>
        <translation>从这台电脑移除 {title}？将从 Easel 自己的文件夹删除 {size}；您在别处的文件会保留。可以重新下载。</translation>
    </message>
    <message>
        <source>Save space</source>
        <translation>节省空间</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Token</source>
        <translation>令牌</translation>
    </message>
    <message>
        <source>damaged</source>
        <translation>已损坏</translation>
    </message>
    <message>
        <source>damaged: {file}; put a sound copy in its place</source>
        <translation>已损坏：{file}；请换上完好的副本</translation>
    </message>
    <message>
        <source>https address instead of the publisher&apos;s</source>
        <translation>代替发布者的 https 地址</translation>
    </message>
    <message>
        <source>in use</source>
        <translation>使用中</translation>
    </message>
    <message>
        <source>index for the engine on an NVIDIA card, instead of the usual one</source>
        <translation>NVIDIA 显卡引擎的索引，代替通常的索引</translation>
    </message>
    <message>
        <source>instead of the system&apos;s</source>
        <translation>代替系统的设置</translation>
    </message>
    <message>
        <source>needs the rest of {title}</source>
        <translation>需要 {title} 的其余部分</translation>
    </message>
    <message>
        <source>only where the publisher asks for one; it is not stored</source>
        <translation>仅在发布者要求时；不会存储</translation>
    </message>
    <message>
        <source>ready</source>
        <translation>就绪</translation>
    </message>
    <message>
        <source>searched</source>
        <translation>已纳入搜索</translation>
    </message>
    <message>
        <source>starting</source>
        <translation>正在开始</translation>
    </message>
</context>
<context>
    <name>NavigatorPanel</name>
    <message>
        <source>Navigator: the whole picture and the part in view</source>
        <translation>导航器：整张图片和可见部分</translation>
    </message>
</context>
<context>
    <name>Notifier</name>
    <message>
        <source>A run has failed</source>
        <translation>一次运行失败了</translation>
    </message>
    <message numerus="yes">
        <source>{count} pictures are ready</source>
        <translation>
            <numerusform>{count} 张图片已完成</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>OfferBar</name>
    <message>
        <source>Do not show this again</source>
        <translation>不再显示</translation>
    </message>
    <message>
        <source>For large, detailed pictures there is {title} ({size} GB, {licence}); here a picture would take roughly {time}.</source>
        <translation>要得到大而精细的图片，可用 {title}（{size} GB，{licence}）；在这里一张图片大约需要 {time}。</translation>
    </message>
    <message>
        <source>For large, detailed pictures there is {title} ({size} GB, {licence}); this computer would need longer for it.</source>
        <translation>要得到大而精细的图片，可用 {title}（{size} GB，{licence}）；这台电脑需要更长时间。</translation>
    </message>
    <message>
        <source>Models…</source>
        <translation>模型…</translation>
    </message>
    <message>
        <source>Show the models</source>
        <translation>显示模型</translation>
    </message>
</context>
<context>
    <name>Pad</name>
    <message>
        <source>Drag the point: the nearer to a corner, the more of what lies there</source>
        <translation>拖动圆点：离某个角越近，那里的内容就越多</translation>
    </message>
    <message>
        <source>Two ideas make a pad</source>
        <translation>有两个创意才能形成面板</translation>
    </message>
</context>
<context>
    <name>Pages</name>
    <message>
        <source>Canvas</source>
        <translation>画布</translation>
    </message>
    <message>
        <source>Create</source>
        <translation>创作</translation>
    </message>
    <message>
        <source>Gallery</source>
        <translation>图库</translation>
    </message>
</context>
<context>
    <name>PathPanel</name>
    <message>
        <source>1 is the first result, 2 the second; in between lies what is meant between</source>
        <translation>1 是第一个结果，2 是第二个；两者之间是介于其间的含义</translation>
    </message>
    <message>
        <source>Near {number}: {name}</source>
        <translation>接近 {number}：{name}</translation>
    </message>
    <message>
        <source>Paint from here</source>
        <translation>从这里绘制</translation>
    </message>
    <message>
        <source>Place</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>Place on the line</source>
        <translation>线上的位置</translation>
    </message>
    <message>
        <source>Results of this project, the oldest first</source>
        <translation>此项目的结果，最早的在前</translation>
    </message>
    <message>
        <source>What is meant there</source>
        <translation>该处的含义</translation>
    </message>
    <message>
        <source>What is meant there shows here</source>
        <translation>该处的含义会显示在这里</translation>
    </message>
</context>
<context>
    <name>Places</name>
    <message>
        <source>, a favourite</source>
        <translation>，收藏</translation>
    </message>
    <message>
        <source>, agreement with the prompt {share}</source>
        <translation>，与提示词的吻合度 {share}</translation>
    </message>
    <message>
        <source>, in the gallery&apos;s trash</source>
        <translation>，在图库的回收站中</translation>
    </message>
    <message>
        <source>Picture {number}, not finished</source>
        <translation>图片 {number}，尚未完成</translation>
    </message>
    <message>
        <source>Picture {number}, seed {seed}</source>
        <translation>图片 {number}，种子 {seed}</translation>
    </message>
    <message>
        <source>in the trash</source>
        <translation>在回收站中</translation>
    </message>
</context>
<context>
    <name>PlanView</name>
    <message>
        <source>The picture and the planned frames</source>
        <translation>图片和计划的画框</translation>
    </message>
</context>
<context>
    <name>ProgressLine</name>
    <message>
        <source>Progress of the run</source>
        <translation>运行进度</translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation>正在开始…</translation>
    </message>
    <message>
        <source>What the run is doing</source>
        <translation>正在进行的工作</translation>
    </message>
    <message>
        <source>What this model can do</source>
        <translation>此模型能做什么</translation>
    </message>
    <message numerus="yes">
        <source>{count} more to come</source>
        <translation>
            <numerusform>还有 {count} 张</numerusform>
        </translation>
    </message>
    <message>
        <source>{minutes} min {seconds} s left</source>
        <translation>剩余 {minutes} 分 {seconds} 秒</translation>
    </message>
    <message>
        <source>{seconds} s left</source>
        <translation>剩余 {seconds} 秒</translation>
    </message>
</context>
<context>
    <name>PromptList</name>
    <message>
        <source>No prompt has these words.</source>
        <translation>没有提示词含这些词。</translation>
    </message>
    <message>
        <source>Search your prompts</source>
        <translation>搜索您的提示词</translation>
    </message>
    <message>
        <source>Your prompts</source>
        <translation>您的提示词</translation>
    </message>
</context>
<context>
    <name>PromptPanel</name>
    <message>
        <source>&amp;Pictures</source>
        <translation>图片(&amp;P)</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Choose another seed and keep it</source>
        <translation>另选一个种子并固定</translation>
    </message>
    <message>
        <source>Continue the picture into the empty part of the frame; the rest stays</source>
        <translation>将图片延续到画框的空白部分；其余不变</translation>
    </message>
    <message>
        <source>Ctrl+Enter, or Enter in the prompt</source>
        <translation>Ctrl+Enter，或在提示词中按 Enter</translation>
    </message>
    <message>
        <source>Describe the picture you want</source>
        <translation>描述您想要的图片</translation>
    </message>
    <message>
        <source>Describe what belongs here, or leave this empty to go by the rest</source>
        <translation>描述这里该有什么，或留空以跟随其余部分</translation>
    </message>
    <message>
        <source>Every run takes a new seed; click to keep this one</source>
        <translation>每次运行使用新种子；单击可固定此种子</translation>
    </message>
    <message>
        <source>Extend</source>
        <translation>扩展</translation>
    </message>
    <message>
        <source>Fill</source>
        <translation>填充</translation>
    </message>
    <message>
        <source>Generate</source>
        <translation>生成</translation>
    </message>
    <message>
        <source>How many pictures one run makes (1–10)</source>
        <translation>每次运行制作的图片数（1–10）</translation>
    </message>
    <message>
        <source>How much of the picture in the frame may go: 0 keeps it, 100 ignores it</source>
        <translation>画框中的图片可以失去多少：0 保留，100 忽略</translation>
    </message>
    <message>
        <source>Keep this seed</source>
        <translation>固定此种子</translation>
    </message>
    <message>
        <source>Landscape 3 : 2</source>
        <translation>横向 3 : 2</translation>
    </message>
    <message>
        <source>Landscape 4 : 3</source>
        <translation>横向 4 : 3</translation>
    </message>
    <message>
        <source>New seed</source>
        <translation>新种子</translation>
    </message>
    <message>
        <source>Nothing is masked: paint all of the frame anew, as far as Strength says</source>
        <translation>没有蒙版：按“强度”重新绘制整个画框</translation>
    </message>
    <message>
        <source>Number of pictures</source>
        <translation>图片数量</translation>
    </message>
    <message>
        <source>Paint over</source>
        <translation>重绘</translation>
    </message>
    <message>
        <source>Paint the whole frame from the prompt</source>
        <translation>根据提示词绘制整个画框</translation>
    </message>
    <message>
        <source>Paint what is masked, selected or empty in the frame; the rest stays</source>
        <translation>绘制画框中有蒙版、已选择或空白的部分；其余不变</translation>
    </message>
    <message>
        <source>Portrait 2 : 3</source>
        <translation>纵向 2 : 3</translation>
    </message>
    <message>
        <source>Portrait 3 : 4</source>
        <translation>纵向 3 : 4</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>提示词</translation>
    </message>
    <message>
        <source>See&amp;d</source>
        <translation>种子(&amp;D)</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>种子</translation>
    </message>
    <message>
        <source>Shape</source>
        <translation>形状</translation>
    </message>
    <message>
        <source>Shape of the picture</source>
        <translation>图片的形状</translation>
    </message>
    <message>
        <source>Square</source>
        <translation>正方形</translation>
    </message>
    <message>
        <source>Stop (Esc)</source>
        <translation>停止 (Esc)</translation>
    </message>
    <message>
        <source>Strength</source>
        <translation>强度</translation>
    </message>
    <message>
        <source>Strength of painting over</source>
        <translation>重绘强度</translation>
    </message>
    <message>
        <source>Surprise me</source>
        <translation>给我惊喜</translation>
    </message>
    <message>
        <source>Surprise me: write an idea here</source>
        <translation>给我惊喜：在这里写入一个创意</translation>
    </message>
    <message>
        <source>Tall 9 : 16</source>
        <translation>竖长 9 : 16</translation>
    </message>
    <message>
        <source>The same prompt and seed give the same picture</source>
        <translation>相同的提示词和种子得到相同的图片</translation>
    </message>
    <message>
        <source>The seed is kept; click for a new one with every run</source>
        <translation>种子已固定；单击则每次运行换新种子</translation>
    </message>
    <message>
        <source>Wide 16 : 9</source>
        <translation>宽幅 16 : 9</translation>
    </message>
</context>
<context>
    <name>PromptTools</name>
    <message>
        <source>Avoid</source>
        <translation>避免</translation>
    </message>
    <message>
        <source>Avoid: say what the picture should keep away from</source>
        <translation>避免：说明图片应远离什么</translation>
    </message>
    <message>
        <source>Clip art</source>
        <translation>剪贴画</translation>
    </message>
    <message>
        <source>Earlier prompts</source>
        <translation>以前的提示词</translation>
    </message>
    <message>
        <source>Earlier prompts (Alt+Up, Alt+Down)</source>
        <translation>以前的提示词 (Alt+↑、Alt+↓)</translation>
    </message>
    <message>
        <source>Film still</source>
        <translation>电影剧照</translation>
    </message>
    <message>
        <source>Flat</source>
        <translation>扁平</translation>
    </message>
    <message>
        <source>Gouache</source>
        <translation>水粉</translation>
    </message>
    <message>
        <source>Line drawing</source>
        <translation>线稿</translation>
    </message>
    <message>
        <source>No style</source>
        <translation>无风格</translation>
    </message>
    <message>
        <source>Oil painting</source>
        <translation>油画</translation>
    </message>
    <message>
        <source>Paper cut</source>
        <translation>剪纸</translation>
    </message>
    <message>
        <source>Pencil</source>
        <translation>铅笔</translation>
    </message>
    <message>
        <source>Photograph</source>
        <translation>照片</translation>
    </message>
    <message>
        <source>Pixel art</source>
        <translation>像素画</translation>
    </message>
    <message>
        <source>Stained glass</source>
        <translation>彩色玻璃</translation>
    </message>
    <message>
        <source>Style</source>
        <translation>风格</translation>
    </message>
    <message>
        <source>Style: write a way of painting behind the prompt</source>
        <translation>风格：在提示词后面写上一种画法</translation>
    </message>
    <message>
        <source>Watercolour</source>
        <translation>水彩</translation>
    </message>
    <message>
        <source>What the picture should not show</source>
        <translation>图片不应显示的内容</translation>
    </message>
    <message>
        <source>Woodcut</source>
        <translation>木刻</translation>
    </message>
</context>
<context>
    <name>QueuePanel</name>
    <message>
        <source>Earlier</source>
        <translation>提前</translation>
    </message>
    <message>
        <source>Enlarging</source>
        <translation>正在放大</translation>
    </message>
    <message>
        <source>Forget them</source>
        <translation>清除记录</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>推后</translation>
    </message>
    <message>
        <source>Mix</source>
        <translation>混合</translation>
    </message>
    <message>
        <source>Not painted</source>
        <translation>未绘制</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>已暂停</translation>
    </message>
    <message numerus="yes">
        <source>Paused; {count} waiting</source>
        <translation>
            <numerusform>已暂停；{count} 项等待中</numerusform>
        </translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>Queue</source>
        <translation>队列</translation>
    </message>
    <message>
        <source>Take it out</source>
        <translation>取出</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>再试一次</translation>
    </message>
    <message>
        <source>Variations</source>
        <translation>变体</translation>
    </message>
    <message>
        <source>What waits</source>
        <translation>等待中的内容</translation>
    </message>
    <message>
        <source>What waits to be painted</source>
        <translation>等待绘制的内容</translation>
    </message>
    <message numerus="yes">
        <source>{count} waiting</source>
        <translation>
            <numerusform>{count} 项等待中</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RecoveryCard</name>
    <message>
        <source>1 layer</source>
        <translation>1 个图层</translation>
    </message>
    <message>
        <source>A picture without a name</source>
        <translation>未命名的图片</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>丢弃</translation>
    </message>
    <message>
        <source>Easel ended while it was reading this; it may do so again.</source>
        <translation>Easel 在读取它时结束了；可能会再次发生。</translation>
    </message>
    <message>
        <source>No preview</source>
        <translation>无预览</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Preview of {name}</source>
        <translation>{name} 的预览</translation>
    </message>
    <message>
        <source>Today, {clock}</source>
        <translation>今天 {clock}</translation>
    </message>
    <message>
        <source>Yesterday, {clock}</source>
        <translation>昨天 {clock}</translation>
    </message>
    <message>
        <source>kept for {days} more days</source>
        <translation>再保留 {days} 天</translation>
    </message>
    <message>
        <source>{day}, {clock}</source>
        <translation>{day} {clock}</translation>
    </message>
    <message>
        <source>{layers}, changed since it was saved</source>
        <translation>{layers}，保存后有改动</translation>
    </message>
    <message>
        <source>{layers}, never saved</source>
        <translation>{layers}，从未保存</translation>
    </message>
    <message>
        <source>{n} layers</source>
        <translation>{n} 个图层</translation>
    </message>
    <message>
        <source>“{prompt}”</source>
        <translation>“{prompt}”</translation>
    </message>
</context>
<context>
    <name>RecoveryPages</name>
    <message>
        <source>A folder for the copy of unsaved work</source>
        <translation>存放未保存工作副本的文件夹</translation>
    </message>
    <message>
        <source>Another folder…</source>
        <translation>其他文件夹…</translation>
    </message>
    <message>
        <source>Save the project…</source>
        <translation>保存项目…</translation>
    </message>
</context>
<context>
    <name>RecoveryWindow</name>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Decide later</source>
        <translation>以后再决定</translation>
    </message>
    <message>
        <source>Easel ended before this was saved</source>
        <translation>Easel 在它保存之前结束了</translation>
    </message>
    <message>
        <source>Easel keeps unsaved work after every action. What was discarded, or closed without saving, stays here for 30 days.</source>
        <translation>Easel 在每次操作后保留未保存的作品。丢弃的或未保存就关闭的内容会在这里保留 30 天。</translation>
    </message>
    <message>
        <source>Open what you want to go on with. What you discard can still be found for 30 days, under File ▸ Recover.</source>
        <translation>打开您想继续的内容。丢弃的内容在 30 天内仍可通过“文件 ▸ 恢复”找到。</translation>
    </message>
    <message>
        <source>Recover</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>There is nothing to recover</source>
        <translation>没有可恢复的内容</translation>
    </message>
    <message>
        <source>Work that was not saved</source>
        <translation>未保存的作品</translation>
    </message>
</context>
<context>
    <name>Remedies</name>
    <message>
        <source>Another seed</source>
        <translation>换一个种子</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished">取消</translation>
    </message>
    <message>
        <source>Get it again…</source>
        <translation>重新获取…</translation>
    </message>
    <message>
        <source>Get…</source>
        <translation type="unfinished">获取…</translation>
    </message>
    <message>
        <source>Half the guidance</source>
        <translation>引导减半</translation>
    </message>
    <message>
        <source>Locate…</source>
        <translation>指明位置…</translation>
    </message>
    <message>
        <source>Models…</source>
        <translation type="unfinished">模型…</translation>
    </message>
    <message>
        <source>Offload (2× slower)</source>
        <translation>卸载（慢 2 倍）</translation>
    </message>
    <message>
        <source>Paint on the processor</source>
        <translation>在处理器上绘制</translation>
    </message>
    <message>
        <source>Paint with the Starter</source>
        <translation>用 Starter 绘制</translation>
    </message>
    <message>
        <source>Retry at {side} × {side}</source>
        <translation>以 {side} × {side} 重试</translation>
    </message>
    <message>
        <source>Run anyway</source>
        <translation>仍然运行</translation>
    </message>
    <message>
        <source>Test device</source>
        <translation type="unfinished">测试设备</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation type="unfinished">再试一次</translation>
    </message>
    <message>
        <source>Use {side} × {side}</source>
        <translation>使用 {side} × {side}</translation>
    </message>
</context>
<context>
    <name>ReshapeWindow</name>
    <message>
        <source>Apply</source>
        <translation type="unfinished">应用</translation>
    </message>
</context>
<context>
    <name>ResultCard</name>
    <message>
        <source>Favourite</source>
        <translation>收藏</translation>
    </message>
    <message>
        <source>Mark it as a favourite in the gallery (F)</source>
        <translation>在图库中标记为收藏 (F)</translation>
    </message>
    <message>
        <source>Mix</source>
        <translation>混合</translation>
    </message>
    <message>
        <source>Mix: put it onto the mixing desk</source>
        <translation>混合：放到混合台上</translation>
    </message>
    <message>
        <source>New pictures like this one, as far away as the panel Vary says</source>
        <translation>与它相似的新图片，远近由“变化”面板决定</translation>
    </message>
    <message>
        <source>Open on canvas</source>
        <translation>在画布上打开</translation>
    </message>
    <message>
        <source>Open on canvas: put it there as a layer (Enter)</source>
        <translation>在画布上打开：作为图层放置 (Enter)</translation>
    </message>
    <message>
        <source>Save a copy of its file</source>
        <translation>保存其文件的副本</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>保存…</translation>
    </message>
    <message>
        <source>Variations</source>
        <translation>变体</translation>
    </message>
</context>
<context>
    <name>ResultPanel</name>
    <message>
        <source>Again with these settings</source>
        <translation>以这些设置再来一次</translation>
    </message>
    <message>
        <source>Choose a layer to see how it was made.</source>
        <translation>选择一个图层，查看它是如何制作的。</translation>
    </message>
    <message>
        <source>Colour match</source>
        <translation>颜色匹配</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>颜色</translation>
    </message>
    <message>
        <source>Enlarges the filled part, or makes it smaller</source>
        <translation>扩大或缩小填充的部分</translation>
    </message>
    <message>
        <source>Feather</source>
        <translation>羽化</translation>
    </message>
    <message>
        <source>Grow</source>
        <translation>扩展</translation>
    </message>
    <message>
        <source>Growth of the mask</source>
        <translation>蒙版扩展</translation>
    </message>
    <message>
        <source>How far new and old pixels fade together</source>
        <translation>新旧像素相互融合的范围</translation>
    </message>
    <message>
        <source>How far the new pixels take on the colours around them</source>
        <translation>新像素在多大程度上采用周围的颜色</translation>
    </message>
    <message>
        <source>Keeps the layer as it looks and forgets what it came from</source>
        <translation>保留图层现在的样子，忘记它的来源</translation>
    </message>
    <message>
        <source>Make ordinary</source>
        <translation>变为普通图层</translation>
    </message>
    <message>
        <source>Merge down</source>
        <translation>向下合并</translation>
    </message>
    <message>
        <source>Paints once more by the same words; what you accept takes its place</source>
        <translation>用相同的文字再画一次；您采用的结果将取代它</translation>
    </message>
    <message>
        <source>“{name}” fills its frame, so it has no seam.</source>
        <translation>“{name}”填满了画框，所以没有接缝。</translation>
    </message>
    <message>
        <source>“{name}” was filled in; its seam can still be changed.</source>
        <translation>“{name}”是填充的部分；其接缝仍可更改。</translation>
    </message>
    <message>
        <source>“{name}” was not made by the engine, so it has no seam.</source>
        <translation>“{name}”不是由引擎制作的，所以没有接缝。</translation>
    </message>
</context>
<context>
    <name>RewordPanel</name>
    <message>
        <source>Another change</source>
        <translation>再加一项改动</translation>
    </message>
    <message>
        <source>Changes</source>
        <translation>改动</translation>
    </message>
    <message>
        <source>Click a picture to go exactly that far</source>
        <translation>单击图片即走到恰好那么远</translation>
    </message>
    <message>
        <source>Keep the composition</source>
        <translation>保持构图</translation>
    </message>
    <message>
        <source>Paint from the picture&apos;s own noise, so that shapes stay where they are</source>
        <translation>从图片自身的噪声开始绘制，使形状留在原处</translation>
    </message>
    <message>
        <source>Paint the change</source>
        <translation>绘制改动</translation>
    </message>
    <message>
        <source>The picture to reword</source>
        <translation>要改写的图片</translation>
    </message>
    <message>
        <source>The picture to reword: click or drop</source>
        <translation>要改写的图片：单击或拖放</translation>
    </message>
    <message>
        <source>The way from 0 to 100 per cent</source>
        <translation>从 0 到百分之 100 的路径</translation>
    </message>
</context>
<context>
    <name>SelectionsWindow</name>
    <message>
        <source>&amp;Add</source>
        <translation>添加(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Delete</source>
        <translation>删除(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;Intersect</source>
        <translation>相交(&amp;I)</translation>
    </message>
    <message>
        <source>&amp;Select</source>
        <translation>选择(&amp;S)</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Name of the present selection</source>
        <translation>当前选区的名称</translation>
    </message>
    <message>
        <source>S&amp;ubtract</source>
        <translation>减去(&amp;U)</translation>
    </message>
    <message>
        <source>Sa&amp;ve</source>
        <translation>保存(&amp;V)</translation>
    </message>
    <message>
        <source>Saved selections</source>
        <translation>已保存的选区</translation>
    </message>
</context>
<context>
    <name>SettingRow</name>
    <message>
        <source>Back to the default</source>
        <translation>恢复默认</translation>
    </message>
    <message>
        <source>Change keys…</source>
        <translation>更改按键…</translation>
    </message>
    <message>
        <source>Choose {setting}</source>
        <translation>选择{setting}</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>选择…</translation>
    </message>
    <message>
        <source>Default of {setting}</source>
        <translation>{setting}的默认值</translation>
    </message>
    <message>
        <source>Takes effect at the next start.</source>
        <translation>下次启动时生效。</translation>
    </message>
    <message>
        <source>The engine starts anew for it.</source>
        <translation>引擎会为此重新启动。</translation>
    </message>
</context>
<context>
    <name>SettingsWindow</name>
    <message>
        <source>Cancel</source>
        <translation type="unfinished">取消</translation>
    </message>
    <message>
        <source>Find a setting</source>
        <translation>查找设置</translation>
    </message>
    <message>
        <source>Give the test up</source>
        <translation>取消测试</translation>
    </message>
    <message>
        <source>No setting has these words.</source>
        <translation>没有设置含这些词。</translation>
    </message>
    <message>
        <source>Pages of settings</source>
        <translation>设置页面</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Start Easel again for what you changed to take effect.</source>
        <translation>请重新启动 Easel，使您的更改生效。</translation>
    </message>
    <message>
        <source>What the test has shown</source>
        <translation>测试结果</translation>
    </message>
</context>
<context>
    <name>SourceMenu</name>
    <message>
        <source>Choose a picture</source>
        <translation>选择图片</translation>
    </message>
    <message>
        <source>From the cli&amp;pboard</source>
        <translation>来自剪贴板(&amp;P)</translation>
    </message>
    <message>
        <source>Picture fil&amp;e…</source>
        <translation>图片文件(&amp;E)…</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>The &amp;layer in use</source>
        <translation>当前图层(&amp;L)</translation>
    </message>
    <message>
        <source>The picture &amp;chosen in the tray</source>
        <translation>托盘中选中的图片(&amp;C)</translation>
    </message>
    <message>
        <source>What the &amp;frame shows</source>
        <translation>画框显示的内容(&amp;F)</translation>
    </message>
</context>
<context>
    <name>SourceWell</name>
    <message>
        <source>Drop a picture here, or click to choose one</source>
        <translation>将图片拖到这里，或单击选择</translation>
    </message>
    <message>
        <source>empty</source>
        <translation>空</translation>
    </message>
</context>
<context>
    <name>Sources</name>
    <message>
        <source>A result</source>
        <translation>一个结果</translation>
    </message>
    <message>
        <source>No picture is chosen; click one in the tray first.</source>
        <translation>没有选中图片；请先在托盘中单击一张。</translation>
    </message>
    <message>
        <source>Pasted picture</source>
        <translation>粘贴的图片</translation>
    </message>
    <message>
        <source>The frame</source>
        <translation>画框</translation>
    </message>
    <message>
        <source>The frame is empty; move it over a picture first.</source>
        <translation>画框是空的；请先把它移到图片上。</translation>
    </message>
    <message>
        <source>There is neither a picture nor a text on the clipboard; copy one first.</source>
        <translation>剪贴板上既没有图片也没有文字；请先复制其中一种。</translation>
    </message>
    <message>
        <source>There is nothing on this layer; choose one with a picture.</source>
        <translation>此图层上没有内容；请选择一个有图片的图层。</translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message>
        <source>Choose or download a model</source>
        <translation>选择或下载模型</translation>
    </message>
    <message>
        <source>Device and network</source>
        <translation>设备与网络</translation>
    </message>
    <message>
        <source>Model in use: {title}</source>
        <translation>使用中的模型：{title}</translation>
    </message>
    <message>
        <source>Pointer, in pixels of the picture</source>
        <translation>指针位置（图片像素）</translation>
    </message>
    <message>
        <source>Search</source>
        <translation type="unfinished">搜索</translation>
    </message>
    <message>
        <source>Size of the frame</source>
        <translation>画框的大小</translation>
    </message>
    <message>
        <source>What the model is too weak for here</source>
        <translation>模型在这里力所不及之处</translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation>缩放</translation>
    </message>
    <message>
        <source>computing… {percent:.0f} % · Esc gives up</source>
        <translation>正在计算… {percent:.0f} % · 按 Esc 放弃</translation>
    </message>
    <message>
        <source>frame {width} × {height}</source>
        <translation>画框 {width} × {height}</translation>
    </message>
    <message>
        <source>offline</source>
        <translation>离线</translation>
    </message>
    <message>
        <source>ready</source>
        <translation type="unfinished">就绪</translation>
    </message>
    <message>
        <source>starting…</source>
        <translation>正在启动…</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>已停止</translation>
    </message>
</context>
<context>
    <name>ToolOptionsPanel</name>
    <message>
        <source>Colour; click to choose another one</source>
        <translation>颜色；单击即可选择另一种</translation>
    </message>
    <message>
        <source>Options of the tool</source>
        <translation>工具选项</translation>
    </message>
    <message>
        <source>Second colour; click to paint with it</source>
        <translation>第二种颜色；单击即可用它作画</translation>
    </message>
</context>
<context>
    <name>Tries</name>
    <message>
        <source>A panorama</source>
        <translation>全景</translation>
    </message>
    <message>
        <source>Choose how far the picture shall reach. Its frames are painted one after the other; Cancel stops, and what is painted stays.</source>
        <translation>请选择图片要延伸多远。画框会逐个绘制；取消会停止，已绘制的会保留。</translation>
    </message>
    <message>
        <source>Drag the point on the pad from one idea to the other, look at the preview, and press Paint the mix.</source>
        <translation>把面板上的点从一个创意拖到另一个，查看预览，然后按“绘制混合”。</translation>
    </message>
    <message>
        <source>Erase and describe</source>
        <translation>擦除并描述</translation>
    </message>
    <message>
        <source>From summer to autumn</source>
        <translation>从夏天到秋天</translation>
    </message>
    <message>
        <source>Mix two ideas</source>
        <translation>混合两个创意</translation>
    </message>
    <message>
        <source>Past the edge</source>
        <translation>越过边缘</translation>
    </message>
    <message>
        <source>The frame reaches beyond the picture, and what is empty is painted. Press Extend; drag the frame elsewhere and do it again.</source>
        <translation>画框超出了图片，空白处会被绘制。请按“扩展”；把画框拖到别处，再做一次。</translation>
    </message>
    <message>
        <source>The middle of the apple is masked. Press Fill, choose a picture in the tray and press Enter. The brush paints the mask (Q), the eraser takes it away.</source>
        <translation>苹果的中间已被蒙住。请按“填充”，在托盘中选择一张图片并按回车。画笔绘制蒙版（Q），橡皮擦去蒙版。</translation>
    </message>
    <message>
        <source>The strip shows the way in five pictures. Click one of them, or move the slider, and paint it.</source>
        <translation>长条用五张图片展示过程。单击其中一张，或移动滑块，然后绘制它。</translation>
    </message>
</context>
<context>
    <name>TryTile</name>
    <message>
        <source>Try it: {title}</source>
        <translation>试试：{title}</translation>
    </message>
</context>
<context>
    <name>VariationsPanel</name>
    <message>
        <source>0 keeps the idea, 100 goes as far as another one</source>
        <translation>0 保持创意，100 远到如同另一个创意</translation>
    </message>
    <message>
        <source>0 keeps where things are, 100 puts them anywhere</source>
        <translation>0 保持位置，100 任意摆放</translation>
    </message>
    <message>
        <source>All</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>All of it</source>
        <translation>整张图片</translation>
    </message>
    <message>
        <source>Chosen</source>
        <translation>选中的</translation>
    </message>
    <message>
        <source>Enlarge</source>
        <translation>放大</translation>
    </message>
    <message>
        <source>How far the composition may drift</source>
        <translation>构图可以偏离多远</translation>
    </message>
    <message>
        <source>How far the meaning may drift</source>
        <translation>含义可以偏离多远</translation>
    </message>
    <message>
        <source>Keep the composition, change the meaning</source>
        <translation>保持构图，改变含义</translation>
    </message>
    <message>
        <source>Keep the meaning, change the composition</source>
        <translation>保持含义，改变构图</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>图层</translation>
    </message>
    <message>
        <source>Layout</source>
        <translation>布局</translation>
    </message>
    <message>
        <source>Meaning</source>
        <translation>含义</translation>
    </message>
    <message>
        <source>Variations of</source>
        <translation>变体来源</translation>
    </message>
    <message>
        <source>Variations of: {what}</source>
        <translation>变体：{what}</translation>
    </message>
</context>
<context>
    <name>Welcome</name>
    <message>
        <source>Or try one of these, which are ready to go:</source>
        <translation>或者试试这些，已经准备好了：</translation>
    </message>
    <message>
        <source>What would you like to see?</source>
        <translation>您想看到什么？</translation>
    </message>
    <message>
        <source>Write it above and press Enter, or drop or paste a picture. Everything is painted on this computer.</source>
        <translation>写在上方并按回车，或拖放、粘贴一张图片。一切都在这台电脑上绘制。</translation>
    </message>
</context>
<context>
    <name>WordsMenu</name>
    <message>
        <source>&amp;Add to the mix</source>
        <translation>加入混合(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Lead away from it</source>
        <translation>远离它(&amp;L)</translation>
    </message>
    <message>
        <source>Looking for words…</source>
        <translation>正在寻找词语…</translation>
    </message>
    <message>
        <source>This model cannot compare pictures with words</source>
        <translation>此模型无法将图片与词语比较</translation>
    </message>
    <message>
        <source>Words near this picture</source>
        <translation>与此图片相近的词</translation>
    </message>
</context>
<context>
    <name>Workbench</name>
    <message>
        <source>Close without it</source>
        <translation>不保存并关闭</translation>
    </message>
    <message>
        <source>Colour</source>
        <translation>颜色</translation>
    </message>
    <message>
        <source>History</source>
        <translation>历史</translation>
    </message>
    <message>
        <source>Ideas</source>
        <translation>创意</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>图层</translation>
    </message>
    <message>
        <source>Navigator</source>
        <translation>导航器</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>保存…</translation>
    </message>
    <message>
        <source>Stay</source>
        <translation>留下</translation>
    </message>
    <message>
        <source>There is no picture to extend yet; paint, open or generate one first.</source>
        <translation>还没有可扩展的图片；请先绘制、打开或生成一张。</translation>
    </message>
    <message>
        <source>This picture was not saved. Closed without it, it can be found for 30 more days under File ▸ Recover.</source>
        <translation>这张图片没有保存。不保存就关闭，30 天内仍可通过“文件 ▸ 恢复”找到。</translation>
    </message>
    <message>
        <source>Tool</source>
        <translation>工具</translation>
    </message>
    <message>
        <source>Tools</source>
        <translation>工具</translation>
    </message>
    <message>
        <source>Vary</source>
        <translation>变化</translation>
    </message>
</context>
<context>
    <name>actions</name>
    <message>
        <source>&amp;About Easel</source>
        <translation>关于 Easel(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Accept</source>
        <translation>采用(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;All</source>
        <translation>全部(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Apply layer mask</source>
        <translation>应用图层蒙版(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Blur…</source>
        <translation>模糊(&amp;B)…</translation>
    </message>
    <message>
        <source>&amp;Brush</source>
        <translation>画笔(&amp;B)</translation>
    </message>
    <message>
        <source>&amp;Cancel</source>
        <translation>取消(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Canvas only</source>
        <translation>仅画布(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Clear the mask</source>
        <translation>清除蒙版(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>复制(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Crop</source>
        <translation>裁剪(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Dark</source>
        <translation>深色(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;Discard</source>
        <translation>丢弃(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;Duplicate</source>
        <translation>复制图层(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>编辑(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;Eraser</source>
        <translation>橡皮擦(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;Export…</source>
        <translation>导出(&amp;E)…</translation>
    </message>
    <message>
        <source>&amp;Extend the picture…</source>
        <translation>扩展图片(&amp;E)…</translation>
    </message>
    <message>
        <source>&amp;Favourite</source>
        <translation>收藏(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>文件(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Fill with the colour</source>
        <translation>用颜色填充(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Film between two ideas</source>
        <translation>两个创意之间的影片(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Fit</source>
        <translation>适合窗口(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Frame</source>
        <translation>画框(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Generate</source>
        <translation>生成(&amp;G)</translation>
    </message>
    <message>
        <source>&amp;Group</source>
        <translation>编组(&amp;G)</translation>
    </message>
    <message>
        <source>&amp;Grow…</source>
        <translation>扩大(&amp;G)…</translation>
    </message>
    <message>
        <source>&amp;Guide</source>
        <translation>指南(&amp;G)</translation>
    </message>
    <message>
        <source>&amp;Hand</source>
        <translation>抓手(&amp;H)</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>帮助(&amp;H)</translation>
    </message>
    <message>
        <source>&amp;High contrast</source>
        <translation>高对比度(&amp;H)</translation>
    </message>
    <message>
        <source>&amp;Hue and saturation…</source>
        <translation>色相和饱和度(&amp;H)…</translation>
    </message>
    <message>
        <source>&amp;Invert</source>
        <translation>反转(&amp;I)</translation>
    </message>
    <message>
        <source>&amp;Keep as layer</source>
        <translation>保留为图层(&amp;K)</translation>
    </message>
    <message>
        <source>&amp;Keys and gestures</source>
        <translation>按键与手势(&amp;K)</translation>
    </message>
    <message>
        <source>&amp;Keys…</source>
        <translation>按键(&amp;K)…</translation>
    </message>
    <message>
        <source>&amp;Layer</source>
        <translation>图层(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Levels…</source>
        <translation>色阶(&amp;L)…</translation>
    </message>
    <message>
        <source>&amp;Light</source>
        <translation>浅色(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Mask the selection</source>
        <translation>将选区设为蒙版(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;Merge down</source>
        <translation>向下合并(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;Mirror</source>
        <translation>水平翻转(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;Mix</source>
        <translation>混合(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;Move</source>
        <translation>移动(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;New</source>
        <translation>新建(&amp;N)</translation>
    </message>
    <message>
        <source>&amp;New layer</source>
        <translation>新建图层(&amp;N)</translation>
    </message>
    <message>
        <source>&amp;Next picture</source>
        <translation>下一张图片(&amp;N)</translation>
    </message>
    <message>
        <source>&amp;None</source>
        <translation>无(&amp;N)</translation>
    </message>
    <message>
        <source>&amp;Not like it</source>
        <translation>不要类似的(&amp;N)</translation>
    </message>
    <message>
        <source>&amp;Open…</source>
        <translation>打开(&amp;O)…</translation>
    </message>
    <message>
        <source>&amp;Paint the mask</source>
        <translation>绘制蒙版(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Paste</source>
        <translation>粘贴(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Pixels of the layer</source>
        <translation>图层的像素(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Previous picture</source>
        <translation>上一张图片(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>退出(&amp;Q)</translation>
    </message>
    <message>
        <source>&amp;Recover…</source>
        <translation>恢复(&amp;R)…</translation>
    </message>
    <message>
        <source>&amp;Rectangle and ellipse</source>
        <translation>矩形和椭圆(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>重做(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Reject all</source>
        <translation>全部拒绝(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Save</source>
        <translation>保存(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Select</source>
        <translation>选择(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Settings…</source>
        <translation>设置(&amp;S)…</translation>
    </message>
    <message>
        <source>&amp;Show the gallery</source>
        <translation>显示图库(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Smaller brush</source>
        <translation>缩小画笔(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Soften the rim…</source>
        <translation>柔化边缘(&amp;S)…</translation>
    </message>
    <message>
        <source>&amp;Surprise me</source>
        <translation>给我惊喜(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Tools</source>
        <translation>工具(&amp;T)</translation>
    </message>
    <message>
        <source>&amp;Turn by a quarter</source>
        <translation>旋转四分之一圈(&amp;T)</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>撤销(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;Ungroup</source>
        <translation>取消编组(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;Upright</source>
        <translation>摆正(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;Use its settings</source>
        <translation>使用它的设置(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;Variations of the chosen picture</source>
        <translation>所选图片的变体(&amp;V)</translation>
    </message>
    <message>
        <source>&amp;Vary</source>
        <translation>变化(&amp;V)</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>视图(&amp;V)</translation>
    </message>
    <message>
        <source>&amp;Wand</source>
        <translation>魔棒(&amp;W)</translation>
    </message>
    <message>
        <source>&amp;Write the prompt</source>
        <translation>写提示词(&amp;W)</translation>
    </message>
    <message>
        <source>&amp;Zoom</source>
        <translation>缩放(&amp;Z)</translation>
    </message>
    <message>
        <source>Add layer ma&amp;sk</source>
        <translation>添加图层蒙版(&amp;S)</translation>
    </message>
    <message>
        <source>Around the &amp;picture</source>
        <translation>围住图片(&amp;P)</translation>
    </message>
    <message>
        <source>Around the &amp;selection</source>
        <translation>围住选区(&amp;S)</translation>
    </message>
    <message>
        <source>Back along what was meant</source>
        <translation>沿含义返回</translation>
    </message>
    <message>
        <source>Bla&amp;ck on white</source>
        <translation>恢复黑白(&amp;C)</translation>
    </message>
    <message>
        <source>C&amp;lear</source>
        <translation>清除(&amp;L)</translation>
    </message>
    <message>
        <source>Canvas pa&amp;ge</source>
        <translation>画布页(&amp;G)</translation>
    </message>
    <message>
        <source>Contact sheet of the mix</source>
        <translation>混合的小样图</translation>
    </message>
    <message>
        <source>Copy &amp;merged</source>
        <translation>合并复制(&amp;M)</translation>
    </message>
    <message>
        <source>Create pa&amp;ge</source>
        <translation>创作页(&amp;G)</translation>
    </message>
    <message>
        <source>Cu&amp;t</source>
        <translation>剪切(&amp;T)</translation>
    </message>
    <message>
        <source>D&amp;elete</source>
        <translation>删除(&amp;E)</translation>
    </message>
    <message>
        <source>Dele&amp;te layer mask</source>
        <translation>删除图层蒙版(&amp;D)</translation>
    </message>
    <message>
        <source>Enlarge all of it four times</source>
        <translation>整张放大四倍</translation>
    </message>
    <message>
        <source>Enlarge all of it twice</source>
        <translation>整张放大两倍</translation>
    </message>
    <message>
        <source>Enlarge the layer four times</source>
        <translation>图层放大四倍</translation>
    </message>
    <message>
        <source>Enlarge the layer twice</source>
        <translation>图层放大两倍</translation>
    </message>
    <message>
        <source>Esc</source>
        <translation>Esc</translation>
    </message>
    <message>
        <source>Eye&amp;dropper</source>
        <translation>吸管(&amp;D)</translation>
    </message>
    <message>
        <source>F&amp;rame</source>
        <translation>画框(&amp;R)</translation>
    </message>
    <message>
        <source>Fi&amp;ll and gradient</source>
        <translation>填充与渐变(&amp;L)</translation>
    </message>
    <message>
        <source>Fill like a picture…</source>
        <translation>像某张图片一样填充…</translation>
    </message>
    <message>
        <source>Fit the f&amp;rame</source>
        <translation>适合画框(&amp;R)</translation>
    </message>
    <message>
        <source>Fl&amp;ip horizontally</source>
        <translation>水平翻转(&amp;I)</translation>
    </message>
    <message>
        <source>Flip verticall&amp;y</source>
        <translation>垂直翻转(&amp;Y)</translation>
    </message>
    <message>
        <source>Follow the &amp;system</source>
        <translation>跟随系统(&amp;S)</translation>
    </message>
    <message>
        <source>Four &amp;more</source>
        <translation>再来四张(&amp;M)</translation>
    </message>
    <message>
        <source>Free &amp;transform</source>
        <translation>自由变换(&amp;T)</translation>
    </message>
    <message>
        <source>Galler&amp;y</source>
        <translation>图库(&amp;Y)</translation>
    </message>
    <message>
        <source>Harder brus&amp;h</source>
        <translation>更硬的画笔(&amp;H)</translation>
    </message>
    <message>
        <source>In&amp;vert the mask</source>
        <translation>反转蒙版(&amp;V)</translation>
    </message>
    <message>
        <source>L&amp;asso and polygon</source>
        <translation>套索和多边形(&amp;A)</translation>
    </message>
    <message>
        <source>L&amp;ook at many ideas first</source>
        <translation>先看许多创意(&amp;O)</translation>
    </message>
    <message>
        <source>Lar&amp;ger brush</source>
        <translation>放大画笔(&amp;G)</translation>
    </message>
    <message>
        <source>Less o&amp;pacity</source>
        <translation>降低不透明度(&amp;P)</translation>
    </message>
    <message>
        <source>M&amp;odels…</source>
        <translation>模型(&amp;O)…</translation>
    </message>
    <message>
        <source>Make &amp;again</source>
        <translation>重新制作(&amp;A)</translation>
    </message>
    <message>
        <source>Merge all &amp;visible</source>
        <translation>合并所有可见图层(&amp;V)</translation>
    </message>
    <message>
        <source>Mi&amp;x ideas</source>
        <translation>混合创意(&amp;X)</translation>
    </message>
    <message>
        <source>More &amp;like it</source>
        <translation>更多类似的(&amp;L)</translation>
    </message>
    <message>
        <source>More opacit&amp;y</source>
        <translation>提高不透明度(&amp;Y)</translation>
    </message>
    <message>
        <source>New s&amp;eed</source>
        <translation>新种子(&amp;E)</translation>
    </message>
    <message>
        <source>Open the stack</source>
        <translation>打开这一叠</translation>
    </message>
    <message>
        <source>Paint the layer&apos;s mask</source>
        <translation>绘制图层蒙版</translation>
    </message>
    <message>
        <source>Paint the layer, not its mask</source>
        <translation>绘制图层而非蒙版</translation>
    </message>
    <message>
        <source>Paste &amp;in place</source>
        <translation>原位粘贴(&amp;I)</translation>
    </message>
    <message>
        <source>Put on the &amp;canvas</source>
        <translation>放到画布上(&amp;C)</translation>
    </message>
    <message>
        <source>Re&amp;word a picture</source>
        <translation>改写图片(&amp;W)</translation>
    </message>
    <message>
        <source>Reset the &amp;panels</source>
        <translation>重置面板(&amp;P)</translation>
    </message>
    <message>
        <source>S&amp;earch</source>
        <translation>搜索(&amp;E)</translation>
    </message>
    <message>
        <source>S&amp;hrink…</source>
        <translation>缩小(&amp;H)…</translation>
    </message>
    <message>
        <source>S&amp;ofter brush</source>
        <translation>更软的画笔(&amp;O)</translation>
    </message>
    <message>
        <source>Save &amp;as…</source>
        <translation>另存为(&amp;A)…</translation>
    </message>
    <message>
        <source>Save a co&amp;py…</source>
        <translation>保存副本(&amp;P)…</translation>
    </message>
    <message>
        <source>Save&amp;d selections…</source>
        <translation>已保存的选区(&amp;D)…</translation>
    </message>
    <message>
        <source>Select the mas&amp;k</source>
        <translation>选择蒙版(&amp;K)</translation>
    </message>
    <message>
        <source>Sha&amp;rpen…</source>
        <translation>锐化(&amp;H)…</translation>
    </message>
    <message>
        <source>Swap &amp;colours</source>
        <translation>交换颜色(&amp;C)</translation>
    </message>
    <message>
        <source>T&amp;urn the view</source>
        <translation>旋转视图(&amp;U)</translation>
    </message>
    <message>
        <source>The &amp;frame</source>
        <translation>画框(&amp;F)</translation>
    </message>
    <message>
        <source>The layer a&amp;gain, with its settings</source>
        <translation>以其设置重画图层(&amp;G)</translation>
    </message>
    <message>
        <source>Try: &amp;erase and describe</source>
        <translation>试试：擦除并描述(&amp;E)</translation>
    </message>
    <message>
        <source>Try: &amp;mix two ideas</source>
        <translation>试试：混合两个创意(&amp;M)</translation>
    </message>
    <message>
        <source>Try: a &amp;panorama</source>
        <translation>试试：全景(&amp;P)</translation>
    </message>
    <message>
        <source>Try: from &amp;summer to autumn</source>
        <translation>试试：从夏天到秋天(&amp;S)</translation>
    </message>
    <message>
        <source>Try: past the e&amp;dge</source>
        <translation>试试：越过边缘(&amp;D)</translation>
    </message>
    <message>
        <source>Turn l&amp;eft</source>
        <translation>向左旋转(&amp;E)</translation>
    </message>
    <message>
        <source>Turn ri&amp;ght</source>
        <translation>向右旋转(&amp;G)</translation>
    </message>
    <message>
        <source>Variations of all of &amp;it</source>
        <translation>整张图片的变体(&amp;I)</translation>
    </message>
    <message>
        <source>Variations of the &amp;layer</source>
        <translation>图层的变体(&amp;L)</translation>
    </message>
    <message>
        <source>Words near the picture</source>
        <translation>与图片相近的词</translation>
    </message>
    <message>
        <source>Zoom &amp;in</source>
        <translation>放大(&amp;I)</translation>
    </message>
    <message>
        <source>Zoom &amp;out</source>
        <translation>缩小(&amp;O)</translation>
    </message>
</context>
<context>
    <name>drops</name>
    <message>
        <source>Add as a layer</source>
        <translation>添加为图层</translation>
    </message>
    <message>
        <source>Fill like it</source>
        <translation>照此填充</translation>
    </message>
    <message>
        <source>Mix with it</source>
        <translation>与它混合</translation>
    </message>
    <message>
        <source>Use its settings</source>
        <translation>使用它的设置</translation>
    </message>
</context>
<context>
    <name>limits</name>
    <message>
        <source>Between ideas that are far apart the Starter paints smeared frames: for those take a larger model.</source>
        <translation>在相距较远的创意之间，Starter 画出的帧会模糊：请改用更大的模型。</translation>
    </message>
    <message>
        <source>The Starter begins things anew here; a larger model completes them</source>
        <translation>Starter 在这里会重新开始；更大的模型会补全它们</translation>
    </message>
    <message>
        <source>The Starter keeps rough shapes; a larger model keeps the drawing</source>
        <translation>Starter 保留大致形状；更大的模型保留线条</translation>
    </message>
    <message>
        <source>The Starter may cut things off here; a larger model fits them in</source>
        <translation>Starter 在这里可能会截断内容；更大的模型会容纳它们</translation>
    </message>
    <message>
        <source>The Starter mixes shape and colour. What a larger model adds is the style of one idea on the subject of another.</source>
        <translation>Starter 混合形状和颜色。更大的模型还能把一个创意的风格用到另一个创意的主体上。</translation>
    </message>
    <message>
        <source>The Starter only sharpens edges; a larger model adds detail.</source>
        <translation>Starter 只锐化边缘；更大的模型会增加细节。</translation>
    </message>
    <message>
        <source>The Starter turns colours well, one animal into another roughly, and season, light and style hardly: for those take a larger model.</source>
        <translation>Starter 改颜色很好，把一种动物变成另一种较粗糙，季节、光线和风格几乎改不了：请改用更大的模型。</translation>
    </message>
    <message>
        <source>The Starter varies outline and colour; a larger model pose and view too.</source>
        <translation>Starter 变化轮廓和颜色；更大的模型还会变化姿态和视角。</translation>
    </message>
    <message>
        <source>The Starter&apos;s ideas for one prompt lie close together, as the numbers say; a larger model has more of them.</source>
        <translation>正如数字所示，Starter 对同一提示词的创意彼此很接近；更大的模型会有更多样的创意。</translation>
    </message>
</context>
</TS>
